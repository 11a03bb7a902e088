import type { SyntheticRepository } from "./synthetic-universe.ts";

/** The files that a made-up repository has, so that looking into it tells what it was made with. */
export function syntheticFiles(repo: SyntheticRepository): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const name = repo.repo.slice(repo.repo.indexOf("/") + 1);
  files.set("README.md", `# ${name}\n\n${repo.description}.\n`);
  if (repo.license !== null) files.set("LICENSE", `${repo.license}\n`);
  if (repo.ci) files.set(".github/workflows/ci.yml", "on: push\njobs: {}\n");
  if (repo.policy === "welcomes")
    files.set("CONTRIBUTING.md", "# Contributing\n\nPull requests are welcome.\n");
  if (repo.policy === "refuses-ai")
    files.set("CONTRIBUTING.md", "# Contributing\n\nWe do not accept AI-generated contributions.\n");
  for (const [path, text] of sources(repo, name)) files.set(path, text);
  for (const [path, text] of tests(repo)) files.set(path, text);
  return files;
}

type Files = readonly (readonly [string, string])[];

function sources({ language, tests: runner }: SyntheticRepository, name: string): Files {
  switch (language) {
    case "Python":
      return [
        ["pyproject.toml", `[project]\nname = "${name}"\n${runner ? "\n[tool.pytest.ini_options]\n" : ""}`],
        ["src/main.py", "print(1)\n"],
      ];
    case "Java":
      return [
        [
          "pom.xml",
          `<project><artifactId>${name}</artifactId>${runner ? "<dependency>junit-jupiter</dependency>" : ""}</project>\n`,
        ],
        ["src/main/java/Main.java", "class Main {}\n"],
      ];
    case "JavaScript":
    case "TypeScript": {
      const test = runner === "node:test" ? "node --test" : (runner ?? undefined);
      const dependencies = runner === "jest" || runner === "vitest" ? { [runner]: "^1.0.0" } : {};
      const text = JSON.stringify({ name, scripts: { test }, devDependencies: dependencies }, null, 2);
      return [
        ["package.json", `${text}\n`],
        [language === "TypeScript" ? "src/main.ts" : "src/main.js", "export {};\n"],
      ];
    }
    default:
      return [[language === "Go" ? "main.go" : "src/main.rs", "// empty\n"]];
  }
}

function tests({ tests: runner, language }: SyntheticRepository): Files {
  const extension = language === "TypeScript" ? "ts" : "js";
  switch (runner) {
    case "pytest":
      return [["tests/test_main.py", "def test_one(): pass\n"]];
    case "JUnit":
      return [["src/test/java/MainTest.java", "class MainTest {}\n"]];
    case "jest":
      return [
        ["jest.config.js", "module.exports = {};\n"],
        [`src/main.test.${extension}`, "test('one', () => {});\n"],
      ];
    case "vitest":
      return [
        [`vitest.config.${extension}`, "export default {};\n"],
        [`src/main.test.${extension}`, "test('one', () => {});\n"],
      ];
    case "node:test":
      return [[`test/main.test.${extension}`, "import test from 'node:test';\n"]];
    case "go test":
      return [["main_test.go", "package main\n"]];
    case null:
      return [];
  }
}
