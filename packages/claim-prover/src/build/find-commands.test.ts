import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { findCommands, type ProjectCommands } from "./find-commands.ts";

async function find(
  files: Readonly<Record<string, string>>,
  given: Parameters<typeof findCommands>[1] = { language: null },
): Promise<ProjectCommands> {
  const root = mkdtempSync(join(tmpdir(), "find-commands-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return await findCommands(root, given);
}

const manifest = (scripts: Readonly<Record<string, string>>, more: object = {}): string =>
  JSON.stringify({ scripts, ...more });
const needs = { dependencies: { left: "1" } };

test.each<[string, Readonly<Record<string, string>>, string | null]>([
  ["nothing to install", { "package.json": manifest({}) }, null],
  ["npm with a lock file", { "package.json": manifest({}, needs), "package-lock.json": "{}" }, "npm ci"],
  ["npm without", { "package.json": manifest({}, needs) }, "npm install"],
  ["pnpm", { "package.json": manifest({}, needs), "pnpm-lock.yaml": "" }, "pnpm install --frozen-lockfile"],
  ["yarn", { "package.json": manifest({}, needs), "yarn.lock": "" }, "yarn install --frozen-lockfile"],
  ["maven", { "pom.xml": "<project/>" }, "mvn"],
  ["gradle with a wrapper", { "build.gradle": "", gradlew: "" }, "sh ./gradlew"],
  ["plain Python", { "a.py": "" }, null],
  ["Python with requirements", { "requirements.txt": "six\n" }, "-r requirements.txt"],
  [
    "Python with dependencies",
    { "pyproject.toml": '[project]\ndependencies = [\n  "six",\n]\n' },
    "install -q --disable-pip-version-check -e .",
  ],
  ["Python without", { "pyproject.toml": '[project]\nname = "x"\ndependencies = []\n' }, null],
])("install: %s", async (_name, files, expected) => {
  const { install } = await find(files);
  if (expected === null) expect(install).toBe(null);
  else expect(install).toContain(expected);
});

test.each<[string, Readonly<Record<string, string>>, string, string]>([
  [
    "node:test",
    { "package.json": manifest({ test: "node --test test/" }) },
    "junit",
    "--test-reporter=junit",
  ],
  ["node:test by folder", { "package.json": "{}", "test/a.test.js": "" }, "junit", "node --test"],
  ["vitest", { "package.json": manifest({ test: "vitest" }) }, "junit", "vitest run --reporter=junit"],
  ["jest", { "package.json": manifest({ test: "jest --ci" }) }, "jest", "--json --outputFile={report}"],
  ["mocha", { "package.json": manifest({ test: "mocha" }) }, "tap", "mocha --reporter tap"],
  [
    "another runner",
    { "package.json": manifest({ test: "make check" }), "yarn.lock": "" },
    "exit",
    "yarn test",
  ],
  [
    "pytest by configuration",
    { "pyproject.toml": "[tool.pytest.ini_options]\n", "tests/test_a.py": "" },
    "junit",
    "python3 -m pytest",
  ],
  [
    "pytest by its tests",
    { "test_a.py": "def test_a():\n    assert True\n" },
    "junit",
    "--junitxml={report}",
  ],
  [
    "unittest",
    { "tests/__init__.py": "", "tests/test_a.py": "import unittest\n" },
    "unittest",
    "unittest discover -s tests -t . -v",
  ],
  [
    "unittest without a package",
    { "tests/test_a.py": "import unittest\n" },
    "unittest",
    "unittest discover -s tests -v",
  ],
  ["unittest at the top", { "test_a.py": "import unittest\n" }, "unittest", "unittest discover -v"],
  ["maven", { "pom.xml": "" }, "surefire", "mvn -B -q -o test"],
  ["gradle", { "build.gradle.kts": "" }, "gradle", "gradle --no-daemon -q --offline test"],
])("test: %s", async (_name, files, report, command) => {
  const found = await find(files);
  expect(found.test?.report).toBe(report);
  expect(found.test?.command).toContain(command);
});

test("what there is none of is null", async () => {
  expect(
    await find({ "package.json": manifest({ test: 'echo "Error: no test specified" && exit 1' }) }),
  ).toMatchObject({ test: null, build: null });
  expect(await find({ "notes.txt": "" })).toEqual({
    language: "unknown",
    install: null,
    build: null,
    test: null,
  });
  expect(await find({ "package.json": "{ broken" })).toMatchObject({ install: null });
});

test("what is given is taken as it is, and an empty text means nothing", async () => {
  const files = { "package.json": manifest({ test: "vitest", build: "tsc" }, needs) };
  expect(
    await find(files, {
      language: "typescript",
      commands: { install: "", build: "make", test: "python3 -m pytest" },
    }),
  ).toEqual({
    language: "javascript",
    install: null,
    build: "make",
    test: { command: "python3 -m pytest -p no:cacheprovider --junitxml={report}", report: "junit" },
  });
});
