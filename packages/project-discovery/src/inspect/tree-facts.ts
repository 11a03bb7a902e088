import type { ProjectLanguage } from "@universe-optimize/project-list";
import { z } from "zod";
import { plainText } from "../plain-text.ts";

/** What the names of a repository's files tell. */
export interface TreeFacts {
  /** "GitHub Actions (3 workflows)" …; empty: none was found. */
  readonly ci: readonly string[];
  /** null: no test was found. */
  readonly tests: {
    /** "pytest", "jest", "vitest", "mocha", "node:test", "JUnit". */
    readonly framework: string;
    readonly files: number;
    /** One of the files. */
    readonly example: string;
  } | null;
  /** GitHub cut the list of files: there may be more. */
  readonly truncated: boolean;
}

const tree = z.object({
  truncated: z.boolean().optional(),
  tree: z.array(z.object({ path: z.string().optional(), type: z.string().optional() })),
});

const FOREIGN = /(?:^|\/)(?:node_modules|vendor|third_party|site-packages|dist|build)\//u;

const CI: readonly (readonly [name: string, file: RegExp])[] = [
  ["CircleCI", /^\.circleci\/config\.ya?ml$/u],
  ["Travis CI", /^\.travis\.ya?ml$/u],
  ["GitLab CI", /^\.gitlab-ci\.ya?ml$/u],
  ["Azure Pipelines", /^\.?azure-pipelines(?:\/.*)?\.ya?ml$|^\.azure-pipelines\/.*\.ya?ml$/u],
  ["Jenkins", /^Jenkinsfile$/u],
  ["Buildkite", /^\.buildkite\/.*\.ya?ml$/u],
  ["AppVeyor", /^\.?appveyor\.ya?ml$/u],
  ["Drone", /^\.drone\.ya?ml$/u],
  ["Cirrus CI", /^\.cirrus\.ya?ml$/u],
];

const PYTHON_TEST = /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/u;
const SCRIPT_TEST = /(?:\.(?:test|spec)\.[cm]?[jt]sx?$)|(?:(?:^|\/)__tests__\/[^/]+\.[cm]?[jt]sx?$)/u;
const SCRIPT_TEST_FOLDER = /(?:^|\/)tests?\/(?:.*\/)?[^/]+\.[cm]?[jt]sx?$/u;
const JAVA_TEST = /(?:^|\/)src\/test\/java\/.*(?:Test|Tests|TestCase|IT)\.java$/u;

/** Reads an answer of GET /repos/{owner}/{repo}/git/trees/{branch}?recursive=1; null: it is none. */
export function readTreeFacts(answer: unknown, language: ProjectLanguage): TreeFacts | null {
  const read = tree.safeParse(answer);
  if (!read.success) return null;
  const files = read.data.tree.flatMap(({ path, type }) =>
    type === "blob" && path !== undefined ? [path] : [],
  );
  return { ci: ciOf(files), tests: testsOf(files, language), truncated: read.data.truncated === true };
}

function ciOf(files: readonly string[]): string[] {
  const workflows = files.filter((file) => /^\.github\/workflows\/[^/]+\.ya?ml$/u.test(file)).length;
  const others = CI.filter(([, pattern]) => files.some((file) => pattern.test(file))).map(([name]) => name);
  return workflows === 0
    ? others
    : [`GitHub Actions (${workflows} workflow${workflows === 1 ? "" : "s"})`, ...others];
}

function testsOf(files: readonly string[], language: ProjectLanguage): TreeFacts["tests"] {
  const own = files.filter((file) => !FOREIGN.test(file));
  if (language === "python")
    return found(
      "pytest",
      own.filter((file) => PYTHON_TEST.test(file)),
    );
  if (language === "java")
    return found(
      "JUnit",
      own.filter((file) => JAVA_TEST.test(file)),
    );
  const named = own.filter((file) => SCRIPT_TEST.test(file));
  const tests = named.length > 0 ? named : own.filter((file) => SCRIPT_TEST_FOLDER.test(file));
  return found(runnerOf(own), tests);
}

/** Which program runs a JavaScript project's tests, by its configuration file. */
function runnerOf(files: readonly string[]): string {
  const has = (pattern: RegExp): boolean => files.some((file) => pattern.test(file));
  if (has(/(?:^|\/)vitest\.(?:config|workspace)\.[cm]?[jt]s$/u)) return "vitest";
  if (has(/(?:^|\/)jest\.config\.(?:[cm]?[jt]s|json)$/u)) return "jest";
  if (has(/(?:^|\/)\.mocharc\.(?:[cm]?js|json|ya?ml)$/u)) return "mocha";
  return "jest, vitest or node:test";
}

function found(framework: string, files: readonly string[]): TreeFacts["tests"] {
  const [example] = files;
  return example === undefined ? null : { framework, files: files.length, example: plainText(example, 200) };
}
