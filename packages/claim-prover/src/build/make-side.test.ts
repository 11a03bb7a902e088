import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import type { ProofContext } from "../claim/context.ts";
import { compareTests } from "../correctness/compare-tests.ts";
import { cloneRepository, type Clone } from "../git/clone.ts";
import { DEFAULT_SETTINGS } from "../request.ts";
import { realPath } from "../run/interpreters.ts";
import { openSandbox, type Sandbox } from "../run/sandbox.ts";
import { findCommands, type ProjectCommands } from "./find-commands.ts";
import { makeSide, RevertConflict, type Side, type SidePlan } from "./make-side.ts";

let workDir: string;
let clone: Clone;
let sandbox: Sandbox;
const commits: string[] = [];

beforeAll(async () => {
  workDir = await realpath(await mkdtemp(join(tmpdir(), "make-side-")));
  const repository = join(workDir, "upstream");
  mkdirSync(repository);
  const git = (...args: string[]): string =>
    execFileSync(
      "git",
      ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false", ...args],
      {
        cwd: repository,
        encoding: "utf8",
        env: { PATH: process.env["PATH"] ?? "", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
      },
    ).trim();
  const commit = (files: Readonly<Record<string, string | null>>): void => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(repository, path);
      mkdirSync(dirname(file), { recursive: true });
      if (text === null) git("rm", "-q", path);
      else writeFileSync(file, text);
    }
    git("add", "-A");
    git("commit", "-q", "-m", `Change ${commits.length}`);
    commits.push(git("rev-parse", "HEAD"));
  };
  git("init", "-q", "-b", "main");
  const jsTest = (expected: number): string =>
    `import test from "node:test";\nimport assert from "node:assert";\nimport { f } from "../f.js";\ntest("f", () => assert.equal(f(), ${expected}));\n`;
  const pyTest = `import unittest\nimport g\n\nclass GTest(unittest.TestCase):\n    def test_g(self):\n        self.assertEqual(g.g(), 1)\n`;
  commit({
    "package.json": '{"type":"module","scripts":{"test":"node --test"}}',
    "f.js": "export const f = () => 1;\n",
    "g.py": "def g():\n    return 1\n",
    "test/f.test.js": jsTest(1),
    "tests/test_g.py": pyTest,
    "conftest.py": "x = 1\n",
  });
  // Wrong, and its own tests say that it is right; one test is gone, one file that runs before everything is new.
  commit({
    "f.js": "export const f = () => 2;\n",
    "g.py": "def g():\n    return 2\n",
    "test/f.test.js": jsTest(2),
    "tests/test_g.py": null,
    "conftest.py": null,
    "sitecustomize.py": "raise SystemExit\n",
    "package-lock.json": "{}",
  });
  commit({ "f.js": "export const f = () => 3;\n" });
  const [base = "", , head = ""] = commits;
  clone = await cloneRepository({ repository, branch: "main", head, base, workDir });
  sandbox = await openSandbox({
    workDir,
    path: await realPath(process.env["PATH"] ?? ""),
    memoryMiB: 1024,
    isolate: true,
  });
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await rm(workDir, { recursive: true, force: true, maxRetries: 3 });
});

const nothing: ProjectCommands = { language: "javascript", install: null, build: null, test: null };

async function side(plan: SidePlan, commands: Partial<ProjectCommands> = {}): Promise<Side> {
  return await makeSide(
    { clone, sandbox, workDir, commands: { ...nothing, ...commands }, buildMinutes: 1 },
    plan,
  );
}

test("the parent's tests, hooks and lock files lie on both sides, the code is the commit's", async () => {
  const [parent = "", commit = ""] = commits;
  await using a = await side({ commit: parent, parent });
  await using b = await side({ commit, parent });
  const read = (of: Side, file: string): string => readFileSync(join(of.root, file), "utf8");
  expect(read(b, "f.js")).toContain("=> 2");
  for (const file of ["test/f.test.js", "tests/test_g.py", "conftest.py"])
    expect(read(b, file)).toBe(read(a, file));
  expect(existsSync(join(b.root, "sitecustomize.py"))).toBe(false);
  expect(existsSync(join(b.root, "package-lock.json"))).toBe(false);
  // Nothing tells the sides apart but the code.
  expect(a.root.length).toBe(b.root.length);
  expect(existsSync(join(b.root, ".git"))).toBe(false);
});

test("a commit is taken back, or it is said that it cannot be", async () => {
  const [, second = "", third = ""] = commits;
  await using without = await side({ commit: third, parent: third, without: third });
  expect(readFileSync(join(without.root, "f.js"), "utf8")).toContain("=> 2");
  await expect(side({ commit: third, parent: third, without: second })).rejects.toThrow(RevertConflict);
});

test("a build's end and its words are the error", async () => {
  const [parent = ""] = commits;
  await using built = await side(
    { commit: parent, parent },
    { install: "echo x > installed", build: "cat installed > built" },
  );
  expect(readFileSync(join(built.root, "built"), "utf8")).toBe("x\n");
  await expect(
    side({ commit: parent, parent }, { build: "echo no module words >&2; exit 4" }),
  ).rejects.toMatchObject({
    code: "build",
    message: expect.stringMatching(/ended with 4: .*no module words/),
  });
});

test.each<[string, "javascript" | "python"]>([
  ["node:test", "javascript"],
  ["unittest", "python"],
])("with real runners a broken test is found by its name: %s", async (_name, language) => {
  const [parent = "", commit = ""] = commits;
  await using a = await side({ commit: parent, parent }, { language });
  await using b = await side({ commit, parent }, { language });
  const commands = await findCommands(a.root, { language });
  const context = {
    request: { workDir },
    settings: DEFAULT_SETTINGS,
    sandbox,
    commands,
  } as unknown as ProofContext;
  const signal = AbortSignal.timeout(60_000);
  const result = await compareTests(context, { a, b }, signal);
  expect(result.broken).toMatch(language === "javascript" ? /::f\./ : /GTest\.test_g|test_g/);
  await using again = await side({ commit: parent, parent }, { language });
  const fine = await compareTests(context, { a, b: again }, signal);
  expect(fine).toMatchObject({
    broken: null,
    guards: [],
    message: "1 of the parent's 1 tests pass with the commit, 1 did before it.",
  });
});
