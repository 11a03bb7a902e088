import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { parseDiff } from "./parse-diff.ts";

test("reads what git writes: names with blanks and quotes, renames, modes, links, binaries, lines that look like headers", () => {
  const folder = mkdtempSync(join(tmpdir(), "parse-diff-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...args: string[]): string =>
    execFileSync(
      "git",
      ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "core.quotePath=false", ...args],
      {
        cwd: folder,
        encoding: "utf8",
        env: { PATH: process.env["PATH"] ?? "", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
      },
    );
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  git("init", "-q");
  write("a b.js", "one\ntwo\nthree\n");
  write("old.js", "x\n".repeat(20));
  write("gone.js", "gone\n");
  write("run.sh", "echo\n");
  write("-- dashes.js", "a\n");
  git("add", "-A");
  git("commit", "-qm", "a");
  write("a b.js", "one\n2\n++ b/fake.js\nthree\n");
  git("mv", "old.js", "new.js");
  git("rm", "-q", "gone.js");
  chmodSync(join(folder, "run.sh"), 0o755);
  symlinkSync("/etc/passwd", join(folder, "link"));
  write('quo"te.js', "q\n");
  write("empty.js", "");
  write("bin.dat", "\0\0\0binary");
  write("-- dashes.js", "-- a/fake.js\n");
  git("add", "-A");
  git("commit", "-qm", "b");
  const diff = parseDiff(git("diff", "--no-color", "-M", "-U0", "HEAD~1", "HEAD"));
  const by = new Map(diff.map((file) => [file.path, file]));
  expect([...by.keys()].toSorted()).toEqual(
    [
      "-- dashes.js",
      "a b.js",
      "bin.dat",
      "empty.js",
      "gone.js",
      "link",
      "new.js",
      'quo"te.js',
      "run.sh",
    ].toSorted(),
  );
  expect(by.get("a b.js")).toMatchObject({
    status: "modified",
    removed: [{ number: 2, text: "two" }],
    added: [
      { number: 2, text: "2" },
      { number: 3, text: "++ b/fake.js" },
    ],
  });
  expect(by.get("new.js")).toMatchObject({ oldPath: "old.js", added: [], removed: [] });
  expect(by.get("gone.js")).toMatchObject({ status: "deleted", removed: [{ number: 1, text: "gone" }] });
  expect(by.get("run.sh")).toMatchObject({ oddMode: true });
  expect(by.get("link")).toMatchObject({ oddMode: true, status: "added" });
  expect(by.get("bin.dat")).toMatchObject({ binary: true });
  expect(by.get("empty.js")).toMatchObject({ status: "added", added: [] });
  expect(by.get("-- dashes.js")?.added).toEqual([{ number: 1, text: "-- a/fake.js" }]);
});
