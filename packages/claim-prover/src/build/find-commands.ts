import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { ProveRequest } from "../request.ts";

type Language = "python" | "javascript" | "java" | "unknown";

/** How tests are told apart by their own reports. */
type TestReport = "junit" | "jest" | "unittest" | "surefire" | "gradle" | "tap" | "exit";

/** What is run on each side, in its root. Null: there is nothing to run. */
export interface ProjectCommands {
  readonly language: Language;
  readonly install: string | null;
  readonly build: string | null;
  /** `{report}` becomes a file for the report. */
  readonly test: { readonly command: string; readonly report: TestReport } | null;
}

/** Finds how a project is installed, built and tested, from the files in its root. What is given in the request is taken as it is. */
export async function findCommands(
  root: string,
  given: Pick<ProveRequest, "language" | "commands">,
): Promise<ProjectCommands> {
  const names = new Set(await readdir(root));
  const language = await languageOf(given.language, root, names);
  const found =
    language === "javascript"
      ? await javascript(root, names)
      : language === "python"
        ? await python(root, names)
        : language === "java"
          ? java(names)
          : { install: null, build: null, test: null };
  const { install, build, test } = given.commands ?? {};
  return {
    language,
    install: install === undefined ? found.install : install.trim() || null,
    build: build === undefined ? found.build : build.trim() || null,
    test: test === undefined ? found.test : test.trim() === "" ? null : testOf(test),
  };
}

async function languageOf(given: string | null, root: string, names: ReadonlySet<string>): Promise<Language> {
  const word = given?.trim().toLowerCase() ?? "";
  if (/^(python|py)$/.test(word)) return "python";
  if (/^(java|kotlin)$/.test(word)) return "java";
  if (/^(javascript|typescript|js|ts|node(\.?js)?)$/.test(word)) return "javascript";
  if (names.has("package.json")) return "javascript";
  if (names.has("pom.xml") || names.has("build.gradle") || names.has("build.gradle.kts")) return "java";
  if ([...names].some((name) => /^(pyproject\.toml|setup\.(py|cfg)|requirements.*\.txt)$/.test(name)))
    return "python";
  // No manifest: what most of the program files are.
  const files = await readdir(root, { recursive: true });
  const count = (pattern: RegExp): number => files.filter((name) => pattern.test(name)).length;
  const counts: readonly (readonly [Language, number])[] = [
    ["python", count(/\.py$/)],
    ["javascript", count(/\.[cm]?[jt]s$/)],
    ["java", count(/\.java$/)],
  ];
  const [most] = counts.toSorted(([, a], [, b]) => b - a);
  return most !== undefined && most[1] > 0 ? most[0] : "unknown";
}

async function javascript(
  root: string,
  names: ReadonlySet<string>,
): Promise<Omit<ProjectCommands, "language">> {
  const manifest = await readManifest(root);
  const scripts = recordOf(manifest["scripts"]);
  const needs =
    Object.keys(recordOf(manifest["dependencies"])).length > 0 ||
    Object.keys(recordOf(manifest["devDependencies"])).length > 0 ||
    manifest["workspaces"] !== undefined ||
    names.has("pnpm-workspace.yaml");
  const manager = names.has("pnpm-lock.yaml") ? "pnpm" : names.has("yarn.lock") ? "yarn" : "npm";
  const frozen = {
    pnpm: "pnpm install --frozen-lockfile",
    yarn: "yarn install --frozen-lockfile",
    npm:
      names.has("package-lock.json") || names.has("npm-shrinkwrap.json")
        ? "npm ci --no-audit --no-fund"
        : "npm install --no-audit --no-fund --no-package-lock",
  };
  const script = scripts["test"];
  return {
    install: needs ? frozen[manager] : null,
    build: typeof scripts["build"] === "string" ? `${manager} run build` : null,
    test:
      typeof script === "string" && !/no test specified/.test(script)
        ? testOf(script, `${manager} test`)
        : names.has("test") || names.has("tests")
          ? testOf("node --test")
          : null,
  };
}

/** The runner is told by the words of the script; each is asked for a report by test in its own way. */
function testOf(script: string, otherwise: string = script): ProjectCommands["test"] {
  const local = (command: string): string => `PATH="$PWD/node_modules/.bin:$PATH"; ${command}`;
  if (/\bnode\b[^&|;]*--test\b/.test(script)) {
    // As an option and not by NODE_OPTIONS, which tests that start Node themselves would inherit.
    return {
      command: script.replace(
        /\s--test\b/,
        " --test --test-reporter=junit --test-reporter-destination={report}",
      ),
      report: "junit",
    };
  }
  if (/\bvitest\b/.test(script))
    return { command: local("vitest run --reporter=junit --outputFile={report}"), report: "junit" };
  if (/\bjest\b/.test(script))
    return { command: local(`${script} --ci --json --outputFile={report}`), report: "jest" };
  if (/\bmocha\b/.test(script)) return { command: local(`${script} --reporter tap`), report: "tap" };
  if (/\b(tape|tap|ava)\b/.test(script))
    return { command: local(/\bava\b/.test(script) ? `${script} --tap` : script), report: "tap" };
  if (/\b(pytest|py\.test)\b/.test(script))
    return { command: `${script} -p no:cacheprovider --junitxml={report}`, report: "junit" };
  if (/\bunittest\b/.test(script))
    return { command: /\s-v\b/.test(script) ? script : `${script} -v`, report: "unittest" };
  if (/\bmvnw?\b/.test(script)) return { command: script, report: "surefire" };
  if (/\bgradlew?\b/.test(script)) return { command: script, report: "gradle" };
  return { command: otherwise, report: "exit" };
}

async function python(root: string, names: ReadonlySet<string>): Promise<Omit<ProjectCommands, "language">> {
  const text = async (name: string): Promise<string> =>
    names.has(name) ? await readFile(join(root, name), "utf8") : "";
  const [project, setup, config, requirements] = await Promise.all(
    ["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt"].map(text),
  );
  const packaged =
    /^dependencies\s*=\s*\[\s*[^\]\s]/m.test(project ?? "") ||
    /^build-backend\s*=\s*"(maturin|mesonpy|scikit_build_core|pdm\.|.*cython)/m.test(project ?? "") ||
    /install_requires|ext_modules|cythonize/.test(`${setup}\n${config}`);
  const required = (requirements ?? "").split("\n").some((line) => /^\s*[A-Za-z0-9]/.test(line));
  const steps = [
    ...(required
      ? ["../v/bin/python -m pip install -q --disable-pip-version-check -r requirements.txt"]
      : []),
    ...(packaged ? ["../v/bin/python -m pip install -q --disable-pip-version-check -e ."] : []),
  ];
  const files: string[] = await readdir(root, { recursive: true });
  const tests = files.filter(
    (name) => /(^|\/)(test_[^/]*|[^/]*_test)\.py$/.test(name) && !name.includes("node_modules/"),
  );
  const contents = await Promise.all(
    tests.slice(0, 50).map((name) => readFile(join(root, name), "utf8").catch(() => "")),
  );
  // unittest needs no installation; a conftest.py beside tests that are all its own does not ask for pytest.
  const plain = contents.length > 0 && contents.every((content) => /\bunittest\b/.test(content));
  const pytest =
    /\[tool\.pytest|\bpytest\b/.test(`${project}\n${requirements}`) ||
    names.has("pytest.ini") ||
    (!plain && files.some((name) => /(^|\/)conftest\.py$/.test(name))) ||
    contents.some(
      (content) =>
        /^\s*(import|from) pytest\b/m.test(content) ||
        (/^def test_/m.test(content) && !/unittest/.test(content)),
    );
  const folder = names.has("tests") ? " -s tests -t ." : names.has("test") ? " -s test -t ." : "";
  // unittest only looks into packages; without an __init__.py the folder itself is the top.
  const top =
    folder === "" || files.includes(names.has("tests") ? "tests/__init__.py" : "test/__init__.py")
      ? folder
      : folder.replace(" -t .", "");
  const test =
    tests.length === 0
      ? null
      : pytest
        ? testOf("python3 -m pytest -q")
        : testOf(`python3 -m unittest discover${top}`);
  return {
    install:
      steps.length === 0 ? null : ["python3 -m venv --system-site-packages ../v", ...steps].join(" && "),
    build: null,
    test,
  };
}

function java(names: ReadonlySet<string>): Omit<ProjectCommands, "language"> {
  if (names.has("pom.xml")) {
    const maven = names.has("mvnw") ? "sh ./mvnw" : "mvn";
    return {
      install: `${maven} -B -q -DskipTests package`,
      build: null,
      test: { command: `${maven} -B -q -o test`, report: "surefire" },
    };
  }
  const gradle = names.has("gradlew") ? "sh ./gradlew" : "gradle";
  return {
    install: `${gradle} --no-daemon -q testClasses assemble`,
    build: null,
    test: { command: `${gradle} --no-daemon -q --offline test`, report: "gradle" },
  };
}

async function readManifest(root: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return recordOf(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
  } catch {
    return {};
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
