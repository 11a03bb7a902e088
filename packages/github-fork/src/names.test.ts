import { spawnSync } from "node:child_process";

import { expect, test } from "vitest";

import { checkBranch, checkOrganization, checkSha, parseRepo } from "./names.ts";

const names = [
  ..."main codeflash/optimize a-b a.b a_b feature/#12 ünï @a a@ a{b a.lockx x.lock a/b.lock/c .a a/.b a. a./b".split(
    " ",
  ),
  ..."@ HEAD -a a/-b a..b a@{b a~b a^b a:b a?b a*b a[b a\\b /a a/ a//b".split(" "),
  "a b",
  "a\tb",
  "a\u007fb",
  "",
];

test.each(names)("git and we agree on the branch name %j", (name) => {
  const git = spawnSync("git", ["check-ref-format", "--branch", name], { cwd: "/" });
  const taken = git.status === 0 && name !== "HEAD" && name !== "@"; // the current commit's names
  if (taken) expect(() => checkBranch(name)).not.toThrow();
  else expect(() => checkBranch(name)).toThrow("no branch name");
});

test("a repository name is an owner and a name", () => {
  expect(parseRepo("acme/app.js")).toEqual({ owner: "acme", name: "app.js" });
  expect(parseRepo("acme/.github")).toEqual({ owner: "acme", name: ".github" });
  for (const repo of [
    "acme",
    "a/b/c",
    "a/..",
    "./b",
    "a/b.git",
    "-a/b",
    "a/b c",
    `a/${"b".repeat(101)}`,
    "a/é",
  ]) {
    expect(() => parseRepo(repo), repo).toThrow("no repository name");
  }
});

test("an organization is one safe folder name", () => {
  checkOrganization("our-org");
  for (const name of ["", "..", "a/b", "a\\b", "-a", "a\u0000"]) {
    expect(() => checkOrganization(name), name).toThrow("no organization name");
  }
});

test("a commit id is whole", () => {
  checkSha("0123456789abcdef0123456789abcdef01234567");
  for (const sha of ["HEAD", "0123456", "0".repeat(64), `${"0".repeat(40)}\n`, "A".repeat(40)]) {
    expect(() => checkSha(sha), sha).toThrow("no commit id");
  }
});
