import { expect, test } from "vitest";

import { parseDiff } from "../git/parse-diff.ts";
import { judgeDiff } from "./judge-diff.ts";

/** A file that is new with this text, as far as its lines go; the codes that it raises. */
function codes(path: string, text: string, removed = ""): string[] {
  const lines = (sign: string, part: string): string =>
    part
      .split("\n")
      .map((line) => `${sign}${line}`)
      .join("\n");
  const diff = parseDiff(
    `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,99 +1,99 @@\n${removed === "" ? "" : `${lines("-", removed)}\n`}${lines("+", text)}\n`,
  );
  return judgeDiff(diff.map((file) => ({ ...file, text }))).map(({ code }) => code);
}

test.each<[string, string, string]>([
  ["a dictionary of the module", "a.py", "KNOWN = load()\n\ndef f(x):\n    KNOWN[x] = x\n    return x"],
  ["an attribute of a function", "a.py", "def f(x):\n    f.last, f.result = x, 1\n    return 1"],
  ["a class", "a.py", "class K:\n    kept = dict()\n\ndef f(x):\n    return x"],
  ["a default argument", "a.py", "def f(x, _last=[None]):\n    return x"],
  [
    "a closure that is given out",
    "a.py",
    "def make():\n    kept = {}\n    def f(x):\n        kept[x] = x\n        return x\n    return f",
  ],
  [
    "nonlocal in a function that is given out",
    "a.py",
    "def make():\n    last = None\n    def f(x):\n        nonlocal last\n        last = x\n        return x\n    return f",
  ],
  ["the argument", "a.py", "def f(x):\n    x.weight = 1\n    return x.weight"],
  [
    "an object of the module",
    "a.mjs",
    "export const options = { strict: true };\nexport function f(x) {\n  options[x] = 1;\n}",
  ],
  ["a property of a function", "a.mjs", "export function f(x) {\n  f.last = x;\n}"],
  [
    "a closure",
    "a.mjs",
    "export const f = (() => {\n  const known = new Map();\n  return (x) => known.get(x);\n})();",
  ],
  ["the argument", "a.mjs", "export function f(rows) {\n  rows.sum = 1;\n  return rows.sum;\n}"],
])("kept in %s of %s", (_name, path, text) => {
  expect(codes(path, text)).toContain("module_state");
});

test.each<[string, string, string]>([
  [
    "a set of a function",
    "a.py",
    "def f(words):\n    seen = set()\n    for word in words:\n        seen.add(word)\n    return seen",
  ],
  [
    "a memo within one call",
    "a.py",
    "def f(n):\n    memo = {}\n    def go(k):\n        if k not in memo:\n            memo[k] = k\n        return memo[k]\n    return go(n)",
  ],
  [
    "a counter of a search within one call",
    "a.py",
    "def f(n):\n    steps = 0\n    def go(k):\n        nonlocal steps\n        steps += 1\n    go(n)\n    return steps",
  ],
  [
    "an instance",
    "a.py",
    "class Board:\n    def put(self, x):\n        rows = self.rows\n        rows.append(x)\n        self.count = 1",
  ],
  [
    "a constant of the module",
    "a.py",
    'STOP = frozenset(["a"])\n\ndef f(x):\n    out = []\n    out.append(x in STOP)\n    return out',
  ],
  [
    "tables of a function",
    "a.mjs",
    "export function f(rows) {\n  const out = new Map();\n  out.set(1, 2);\n  const node = {};\n  node.next = 1;\n  return out;\n}",
  ],
])("not kept: %s (%s)", (_name, path, text) => {
  expect(codes(path, text)).toEqual([]);
});

test.each<[string, string, string, string]>([
  ["changes_input", "a.mjs", "return [...rows].sort(by);", "return rows.sort(by);"],
  ["changes_input", "a.py", "    return sorted(rows)", "    rows.sort()"],
  ["lazy_result", "a.py", "    return [x for x in rows]", "    return (x for x in rows)"],
  ["lazy_result", "a.py", "    return out", "    yield out"],
  ["lazy_result", "a.mjs", "  return { rows: make() };", "  return { get rows() { return make(); } };"],
  ["removed_check", "a.py", "    JOURNAL.append(x)", "    pass"],
  ["reads_environment", "a.mjs", "f();", "if (globalThis.STRICT) f();"],
  ["patches_globals", "a.mjs", "f();", "Object.assign(Array.prototype, more);"],
])("%s (%s)", (code, path, before, after) => {
  expect(codes(path, after, before)).toContain(code);
});

test("what ends a recursion is no check", () => {
  const before = "    if n == 0:\n        return 1\n    return n * f(n - 1)";
  expect(codes("a.py", "def f(n):\n    return prod(n)", before)).not.toContain("removed_check");
  expect(codes("a.py", "def f(n):\n    return g(n)", before.replace("f(n - 1)", "g(n)"))).toContain(
    "removed_check",
  );
});

test("a new module in the place of the standard library's", () => {
  const diff = parseDiff(
    "diff --git a/random.py b/random.py\nnew file mode 100644\n--- /dev/null\n+++ b/random.py\n@@ -0,0 +1 @@\n+x = 1\n",
  );
  expect(judgeDiff(diff).map(({ code }) => code)).toContain("shadows_module");
});

test("a choice of the better one is no check, though a return comes after it", () => {
  const before = "  for (const w of ws) if (w.length > best.length) best = w;\n  return best;";
  expect(codes("a.mjs", "  return known.get(p);", before)).not.toContain("removed_check");
  expect(codes("a.mjs", "  return known.get(p);", "  if (w.length > limit) {\n    return null;")).toContain(
    "removed_check",
  );
});
