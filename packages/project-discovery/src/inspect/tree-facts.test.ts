import { describe, expect, test } from "vitest";
import { readTreeFacts } from "./tree-facts.ts";

const tree = (...paths: string[]): object => ({
  sha: "x",
  truncated: false,
  tree: paths.map((path) => ({ path, type: "blob", mode: "100644" })),
});

describe("tests", () => {
  test.each([
    ["python", "tests/test_core.py", "pytest"],
    ["python", "pkg/core_test.py", "pytest"],
    ["java", "core/src/test/java/org/acme/CoreTest.java", "JUnit"],
    ["java", "src/test/java/CoreIT.java", "JUnit"],
    ["javascript", "src/core.test.js", "jest, vitest or node:test"],
    ["typescript", "packages/a/src/__tests__/core.ts", "jest, vitest or node:test"],
    ["typescript", "core.spec.mts", "jest, vitest or node:test"],
    ["javascript", "test/core.js", "jest, vitest or node:test"],
  ] as const)("%s: %s is one", (language, path, framework) => {
    expect(readTreeFacts(tree("README.md", path), language)?.tests).toEqual({
      framework,
      files: 1,
      example: path,
    });
  });

  test.each([
    ["python", "src/testing.py"],
    ["python", "src/latest_news.py"],
    ["python", "vendor/lib/tests/test_core.py"],
    ["java", "src/main/java/org/acme/Test.java"],
    ["java", "src/test/java/org/acme/Fixture.java"],
    ["javascript", "node_modules/a/index.test.js"],
    ["typescript", "src/contest.ts"],
    ["typescript", "src/core.test.snap"],
    ["python", "src/core.test.js"],
  ] as const)("%s: %s is none", (language, path) => {
    expect(readTreeFacts(tree(path), language)?.tests).toBeNull();
  });

  test.each([
    ["vitest.config.ts", "vitest"],
    ["packages/a/jest.config.cjs", "jest"],
    [".mocharc.json", "mocha"],
  ])("%s names the runner", (config, framework) => {
    expect(readTreeFacts(tree(config, "a.test.ts", "b.test.ts"), "typescript")?.tests).toMatchObject({
      framework,
      files: 2,
    });
  });

  test("a folder of that name is no test", () => {
    const answer = { tree: [{ path: "tests/test_a.py", type: "tree" }, { type: "blob" }], truncated: true };
    expect(readTreeFacts(answer, "python")).toEqual({ ci: [], tests: null, truncated: true });
  });
});

test("finds the CI systems", () => {
  const found = readTreeFacts(
    tree(
      ".github/workflows/a.yml",
      ".github/workflows/b.yaml",
      ".github/workflows/README.md",
      ".travis.yml",
      "Jenkinsfile",
      "docs/.gitlab-ci.yml",
    ),
    "python",
  );
  expect(found?.ci).toEqual(["GitHub Actions (2 workflows)", "Travis CI", "Jenkins"]);
});

test("gives null for what is no tree, and no escape of a hostile name", () => {
  expect(readTreeFacts({ message: "oops" }, "python")).toBeNull();
  const found = readTreeFacts(tree("tests/test_\u001b[31m\u202ered.py"), "python");
  expect(found?.tests?.example).toBe("tests/test_ red.py");
});
