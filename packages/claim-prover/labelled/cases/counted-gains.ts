import { javascriptBenchmark, pythonBenchmark } from "../benchmark-text.ts";
import { PERHAPS, REFUSED, VERIFIED, type Files, type LabelledClaim } from "../labelled-claim.ts";

/*
 * Work that is done n times where m would do: the true ratio is n / m, whatever the machine, and less with the start of the process.
 */

const python = (before: boolean, needed: number, wasted: number): Files => ({
  "ledger.py": `def weigh(rows, factor):
    total = 7
    for row in rows:
        total = (total * factor + row) % 1000003
    return total


def summary(rows):
${needs(needed, (i) => `    part${i} = weigh(rows, ${31 + 2 * i})`)}
${needs(wasted, (i) => `    again${i} = ${before ? "weigh(rows, 31)" : "part0"}`)}
    return [${[...names("part", needed), ...names("again", wasted)].join(", ")}]
`,
  "test_ledger.py": `import unittest
from ledger import summary


class SummaryTest(unittest.TestCase):
    def test_parts(self):
        parts = summary([1, 2, 3])
        self.assertEqual(len(parts), ${needed + wasted})
        self.assertEqual(parts[0], 209563)
`,
});

const javascript = (before: boolean, needed: number, wasted: number): Files => ({
  "package.json": `{ "name": "ledger", "type": "module", "scripts": { "test": "node --test" } }\n`,
  "src/ledger.js": `function weigh(rows, factor) {
  let total = 7;
  for (const row of rows) {
    for (let bit = 0; bit < 16; bit += 1) total = (Math.imul(total, factor) + (row >>> bit)) | 0;
  }
  return total;
}

export function summary(rows) {
${needs(needed, (i) => `  const part${i} = weigh(rows, ${31 + 2 * i});`)}
${needs(wasted, (i) => `  const again${i} = ${before ? "weigh(rows, 31)" : "part0"};`)}
  return [${[...names("part", needed), ...names("again", wasted)].join(", ")}];
}
`,
  "test/ledger.test.js": `import assert from "node:assert/strict";
import { test } from "node:test";
import { summary } from "../src/ledger.js";
test("as many parts as ever", () => assert.equal(summary([1, 2]).length, ${needed + wasted}));
`,
});

function needs(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join("\n");
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

const benchmarks = {
  python: pythonBenchmark(
    "from ledger import summary",
    `rows = list(rng.randbytes(1500))
h.update(repr(summary(rows)).encode())`,
  ),
  javascript: javascriptBenchmark(
    "summary",
    "src/ledger.js",
    `const rows = Array.from({ length: 2000 }, random);
h.update(summary(rows).join(" "));`,
  ),
};

function counted(
  language: "python" | "javascript",
  needed: number,
  wasted: number,
  claimed: number,
  expect: LabelledClaim["expect"],
): LabelledClaim {
  const make = language === "python" ? python : javascript;
  const truth = (needed + wasted) / needed;
  return {
    name: `${language} ${truth.toFixed(2)}x`,
    kind: "true gain",
    language,
    base: make(true, needed, wasted),
    change: make(false, needed, wasted),
    function: "summary",
    file: language === "python" ? "ledger.py" : "src/ledger.js",
    claimed,
    benchmark: benchmarks[language],
    truth,
    expect,
  };
}

function reversed(claim: LabelledClaim): LabelledClaim {
  return {
    ...claim,
    name: `${claim.language} ${(1 / (claim.truth ?? 1)).toFixed(2)}x, claimed as a gain`,
    kind: "regression",
    base: claim.change,
    change: claim.base,
    truth: 1,
    expect: REFUSED,
  };
}

const reworded = (claim: LabelledClaim, file: string, from: string, to: string): LabelledClaim => ({
  ...claim,
  name: `${claim.language} reworded, claimed ${claim.claimed}x`,
  kind: "no gain",
  change: { [file]: (claim.base[file] ?? "").replaceAll(from, to) },
  truth: 1,
  expect: REFUSED,
});

const python2 = counted("python", 1, 1, 2, VERIFIED);
const javascript2 = counted("javascript", 1, 1, 2.6, VERIFIED);

export const countedGains: readonly LabelledClaim[] = [
  counted("python", 12, 1, 1.08, PERHAPS),
  counted("javascript", 12, 1, 1.1, PERHAPS),
  counted("python", 13, 2, 1.15, PERHAPS),
  counted("python", 4, 1, 1.25, VERIFIED),
  counted("javascript", 4, 1, 1.25, VERIFIED),
  counted("python", 2, 1, 1.8, VERIFIED),
  counted("javascript", 2, 1, 1.5, VERIFIED),
  python2,
  javascript2,
  counted("python", 1, 4, 5, VERIFIED),
  counted("javascript", 1, 8, 9, VERIFIED),
  reversed(counted("python", 5, 1, 1.3, VERIFIED)),
  reversed(counted("javascript", 2, 1, 1.4, VERIFIED)),
  reworded(python2, "ledger.py", "total", "sum_so_far"),
  reworded(javascript2, "src/ledger.js", "total", "sum"),
];
