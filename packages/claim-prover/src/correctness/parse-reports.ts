/** What became of a test. */
export type TestState = "passed" | "failed" | "skipped";

/** By id, in no order. An id that occurs twice counts once; failed outranks passed. */
export type TestStates = ReadonlyMap<string, TestState>;

/** No project has more; what comes after is dropped. */
const MAX_TESTS = 200_000;

class States {
  readonly map: Map<string, TestState> = new Map();

  add(id: string, state: TestState): void {
    if (this.map.size >= MAX_TESTS && !this.map.has(id)) return;
    const name = id.slice(0, 500);
    if (this.map.get(name) !== "failed") this.map.set(name, state);
  }
}

/** JUnit's XML, as pytest, vitest, Node, Surefire and Gradle write it. Only test cases and their outcome are read. */
export function parseJunit(text: string): TestStates {
  const states = new States();
  const cases = text.matchAll(/<testcase\b((?:[^>"']|"[^"]*"|'[^']*')*?)(\/>|>([\s\S]*?)<\/testcase>)/g);
  for (const [, attributes = "", , body = ""] of cases) {
    const value = (name: string): string =>
      unescapeXml(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
    const plain = body.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, "");
    const state = /<(failure|error)\b/.test(plain)
      ? "failed"
      : /<skipped\b/.test(plain)
        ? "skipped"
        : "passed";
    states.add(`${value("classname")}::${value("name")}`, state);
  }
  return states.map;
}

function unescapeXml(text: string): string {
  const names: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => names[name] ?? "");
}

/** Jest's JSON report. `root` is cut off the files' paths, since it differs between sides. */
export function parseJest(text: string, root: string): TestStates {
  const states = new States();
  const report = JSON.parse(text) as { testResults?: readonly unknown[] };
  for (const suite of report.testResults ?? []) {
    const { name, assertionResults, status } = suite as {
      name?: unknown;
      assertionResults?: readonly unknown[];
      status?: unknown;
    };
    const file = String(name).replace(`${root}/`, "");
    for (const test of assertionResults ?? []) {
      const { fullName, status: state } = test as { fullName?: unknown; status?: unknown };
      states.add(
        `${file}::${String(fullName)}`,
        state === "passed" ? "passed" : state === "failed" ? "failed" : "skipped",
      );
    }
    // A file that cannot even be loaded has no tests to name.
    if ((assertionResults ?? []).length === 0 && status === "failed") states.add(file, "failed");
  }
  return states.map;
}

/** `unittest -v`: "test_name (module.Class.test_name) ... ok". A test's first line of documentation may stand in between. */
export function parseUnittest(text: string): TestStates {
  const states = new States();
  let id: string | null = null;
  for (const line of text.split("\n")) {
    const head = /^([\w[\]<>-]+) \(([\w.<>-]+)\)/.exec(line);
    if (head !== null && !/^(ERROR|FAIL):/.test(line)) id = `${head[2]}::${head[1]}`;
    const outcome =
      /\.\.\. (ok|FAIL|ERROR|skipped\b.*|expected failure|unexpected success)$/.exec(line)?.[1] ??
      /^(ok|FAIL|ERROR)$/.exec(line)?.[1];
    if (outcome !== undefined && id !== null) {
      states.add(
        id,
        /^(ok|expected failure)/.test(outcome)
          ? "passed"
          : outcome.startsWith("skipped")
            ? "skipped"
            : "failed",
      );
      id = null;
    }
    const broken = /^(?:ERROR|FAIL): (\S+) \(([\w.<>-]+)\)/.exec(line);
    if (broken !== null) states.add(`${broken[2]}::${broken[1]}`, "failed");
  }
  return states.map;
}

/** Test Anything Protocol; names of parents stand before those of their subtests. */
export function parseTap(text: string): TestStates {
  const states = new States();
  const parents: string[] = [];
  for (const line of text.split("\n")) {
    const subtest = /^(\s*)# Subtest: (.*)$/.exec(line);
    if (subtest !== null) {
      const depth = Math.floor((subtest[1] ?? "").length / 4);
      parents.length = depth;
      parents[depth] = subtest[2] ?? "";
      continue;
    }
    const point = /^(\s*)(not )?ok\b ?\d*(?: -)? ?(.*)$/.exec(line);
    if (point === null) continue;
    const [, indent = "", not, rest = ""] = point;
    const [name = "", directive = ""] = rest.split(/\s#\s*(?=skip|todo|time)/i);
    const path = [...parents.slice(0, Math.floor(indent.length / 4)), name.trim()].join(" > ");
    states.add(path, /^(skip|todo)/i.test(directive) ? "skipped" : not === undefined ? "passed" : "failed");
  }
  return states.map;
}
