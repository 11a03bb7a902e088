import { expect, test } from "vitest";

import type { FileDiff } from "../git/parse-diff.ts";
import { judgeDiff } from "./judge-diff.ts";

function change(path: string, removed: string, added: string, more: Partial<FileDiff> = {}): FileDiff {
  const lines = (text: string): FileDiff["added"] =>
    text === "" ? [] : text.split("\n").map((line, i) => ({ number: i + 1, text: line }));
  return {
    path,
    oldPath: path,
    status: "modified",
    binary: false,
    oddMode: false,
    added: lines(added),
    removed: lines(removed),
    ...more,
  };
}

function codes(file: FileDiff): string[] {
  return judgeDiff([file]).map(({ code }) => code);
}

test.each([
  ["touches_tests", "test/words.test.js"],
  ["touches_tests", "pkg/test_words.py"],
  ["touches_tests", "src/test/java/WordsTest.java"],
  ["touches_benchmarks", "benchmarks/run.py"],
  ["touches_ci", ".github/workflows/ci.yml"],
  ["touches_hooks", "conftest.py"],
  ["touches_hooks", "src/sitecustomize.py"],
  ["touches_lockfile", "package-lock.json"],
  ["touches_build", "package.json"],
  ["touches_build", "setup.py"],
  ["touches_build", "tsconfig.build.json"],
  ["touches_data", "src/answers.json"],
])("%s: %s", (code, path) => {
  expect(codes(change(path, "a", "b"))).toEqual([code]);
});

test("what a path was before a rename counts too", () => {
  expect(codes(change("src/words.js", "", "", { oldPath: "test/words.test.js" }))).toContain("touches_tests");
});

test.each([
  ["binary_file", { binary: true }],
  ["odd_file", { oddMode: true }],
])("%s", (code, more) => {
  expect(codes(change("src/a.js", "", "", more))).toEqual([code]);
});

test.each([
  ["reads_environment", "a.js", "  if (process.env.SEED) return 1;"],
  ["reads_environment", "a.js", "  const { env } = process;"],
  ["reads_environment", "a.js", "  const e = process['en' + 'v'];"],
  ["reads_environment", "a.py", "    seed = os.environ.get('X')"],
  ["reads_environment", "a.py", "    if sys.argv[0]: pass"],
  ["reads_environment", "A.java", '    String s = System.getenv("X");'],
  ["inspects_stack", "a.js", "  const at = new Error().stack.split('x');"],
  ["inspects_stack", "a.py", "    frame = sys._getframe(1)"],
  ["inspects_stack", "a.py", "import inspect"],
  ["changes_timers", "a.js", "  setTimeout(work, 0);"],
  ["changes_timers", "a.py", "import time"],
  ["changes_gc", "a.py", "    gc.disable()"],
  ["changes_gc", "a.js", "  v8.setFlagsFromString('x');"],
  ["starts_threads", "a.js", "  const w = new Worker(file);"],
  ["starts_threads", "a.js", "import { spawn } from 'node:child_process';"],
  ["starts_threads", "a.py", "from concurrent.futures import ThreadPoolExecutor"],
  ["starts_threads", "a.py", "    os.fork()"],
  ["exits_process", "a.js", "  process.exit(0);"],
  ["exits_process", "a.py", "    os._exit(0)"],
  ["touches_files", "a.js", "import fs from 'node:fs';"],
  ["touches_files", "a.py", "    with open(path) as f:"],
  ["uses_network", "a.py", "import socket"],
  ["dynamic_code", "a.js", "  return eval(text);"],
  ["dynamic_code", "a.py", "    exec(text)"],
  ["patches_globals", "a.js", "  Array.prototype.includes = fast;"],
  ["patches_globals", "a.py", "    setattr(mod, 'f', g)"],
  ["uses_chance", "a.js", "  if (Math.random() < 0.1) return mean;"],
  ["names_benchmark", "a.py", "    if is_benchmark: return 0"],
  ["swallows_errors", "a.js", "  try { f(); } catch {}"],
  ["swallows_errors", "a.py", "    except Exception:"],
  ["module_state", "a.js", "const known = new Map();"],
  ["module_state", "a.ts", "export const known: Map<string, number> = new Map<string, number>();"],
  ["module_state", "a.js", "let last;"],
  ["module_state", "a.js", "const known = { a: 1 };\nfunction f(x) {\n  known[x] = 1;\n}"],
  [
    "module_state",
    "a.js",
    "export const f = (() => {\n  const known = new Map();\n  return (x) => known.get(x);\n})();",
  ],
  ["module_state", "a.js", "function f(x) {\n  f.last = x;\n}"],
  ["module_state", "a.js", "    this.cache.set(key, value);"],
  ["module_state", "a.py", "        nonlocal last"],
  ["module_state", "a.py", "def work(xs):\n    work.p = xs"],
  ["module_state", "a.py", "        self._cache[key] = value"],
  ["reads_environment", "a.py", "import os"],
  ["reads_environment", "a.py", "    e = getattr(os, 'env' + 'iron')"],
  ["reads_environment", "a.js", "  const p = globalThis['pro' + 'cess'];"],
  ["module_state", "a.py", "_known = {}"],
  ["module_state", "a.py", "@lru_cache(maxsize=None)"],
  ["module_state", "a.py", "    global last"],
  ["module_state", "a.py", "def f(x, known={}):"],
  ["module_state", "a.py", "    parse._cache = result"],
  ["literal_table", "a.js", `const t = [${Array.from({ length: 40 }, (_, i) => i * 7).join(", ")}];`],
  [
    "literal_table",
    "a.py",
    Array.from({ length: 10 }, (_, i) => `    if n == ${i * 3}: return ${i}`).join("\n"),
  ],
  ["literal_table", "a.js", `const t = "${"ab12".repeat(100)}";`],
  ["lost_precision", "a.js", "  const xs = new Float32Array(n);"],
  ["lost_precision", "a.py", "    return round(x, 3)"],
])("an added line: %s in %s: %s", (code, path, line) => {
  expect(codes(change(path, "", line))).toContain(code);
});

test.each([
  ["removed_check", "a.js", "  if (typeof x !== 'string') throw new TypeError('x');", ""],
  ["removed_check", "a.py", "    if not rows:\n        return []", ""],
  ["removed_check", "a.py", "        raise ValueError(x)", ""],
  ["removed_check", "a.py", "    assert x > 0", ""],
  ["removed_check", "a.js", "  validateRow(row);", ""],
  ["removed_check", "a.js", "  if (i >= xs.length) return null;", ""],
  ["lost_precision", "a.py", "    total = Decimal(0)", "    total = 0.0"],
  ["lost_precision", "a.js", "  let n = 0n;", "  let n = 0;"],
  ["changed_tolerance", "a.js", "  while (error > 1e-9) {", "  while (error > 1e-6) {"],
  ["changed_tolerance", "a.py", "    for _ in range(1000):", "    for _ in range(100):"],
  ["changed_tolerance", "a.py", "MAX_ITER = 500  # as in the paper", "MAX_ITER = 50"],
  ["removed_feature", "a.js", "export function parse(a) {", "export function read(a) {"],
  ["removed_feature", "a.py", "def parse(a, strict=True):", "def parse(a):"],
  ["removed_feature", "a.js", "  const key = name.normalize('NFC').toLowerCase();", "  const key = name;"],
])("a line that went: %s in %s: %s", (code, path, removed, added) => {
  expect(codes(change(path, removed, added))).toContain(code);
});

test("moved lines, comments and documentation raise nothing", () => {
  const moved = "  if (process.env.DEBUG) throw new Error('x');";
  expect(codes(change("a.js", moved, moved))).toEqual([]);
  expect(codes(change("a.js", "", "// a cache, process.env, setTimeout and eval(x) are not used"))).toEqual(
    [],
  );
  expect(codes(change("a.py", "", "    x = y  # like os.environ"))).toEqual([]);
  expect(codes(change("README.md", "", "process.env.X"))).toEqual([]);
});

test.each([
  [
    "a list becomes a set",
    "a.js",
    "  const seen = [];\n  for (const w of words) {\n    if (!seen.includes(w)) seen.push(w);\n  }\n  return seen;",
    "  return [...new Set(words)];",
  ],
  [
    "a found flag becomes a dict",
    "a.py",
    "    for s in seen:\n        if s == w:\n            found = True\n    if not found:\n        seen.append(w)",
    "    return list(dict.fromkeys(words))",
  ],
  [
    "a compiled expression is hoisted",
    "a.py",
    "    return re.sub('[^a-z]+', '-', s)",
    "_WORD = re.compile('[^a-z]+')\n    return _WORD.sub('-', s)",
  ],
  [
    "a constant set is hoisted",
    "a.js",
    "  if (['a', 'e', 'i'].includes(c)) n += 1;",
    "const VOWELS = new Set(['a', 'e', 'i']);\n  if (VOWELS.has(c)) n += 1;",
  ],
  [
    "an index is built within the call",
    "a.py",
    "        for o in orders:\n            if o.id == i:",
    "    by_id = {o.id: o for o in orders}\n        o = by_id.get(i)",
  ],
  [
    "a sum in one pass",
    "a.js",
    "  return xs.map((x) => x * x).reduce((a, b) => a + b, 0);",
    "  let n = 0;\n  for (const x of xs) n += x * x;\n  return n;",
  ],
  [
    "a deep copy becomes a flat one",
    "a.py",
    "        rows.append(copy.deepcopy(row))",
    "        rows.append({**row, 'tags': list(row['tags'])})",
  ],
  [
    "a binary search",
    "a.js",
    "  for (let i = 0; i < xs.length; i++) if (xs[i] >= x) return i;",
    "  let lo = 0;\n  let hi = xs.length;\n  while (lo < hi) {\n    const mid = (lo + hi) >>> 1;\n    if (xs[mid] < x) lo = mid + 1;\n    else hi = mid;\n  }\n  return lo;",
  ],
  [
    "a join instead of additions",
    "a.py",
    "    out = ''\n    for p in parts:\n        out += p",
    "    return ''.join(parts)",
  ],
  ["a parser's state within an instance", "a.js", "", "    this.index = new Map();"],
])("an honest change raises nothing: %s", (_name, path, removed, added) => {
  expect(codes(change(path, removed, added))).toEqual([]);
});
