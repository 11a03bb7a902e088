import { javascriptBenchmark, pythonBenchmark } from "../benchmark-text.ts";
import { PERHAPS, REFUSED, type LabelledClaim } from "../labelled-claim.ts";

const python = `def smooth(rows):
    out = []
    for i in range(len(rows)):
        window = rows[max(0, i - 30):i + 31]
        out.append(sum(window) // len(window))
    return out
`;
const pythonFast = (spoil: string): string => `def smooth(rows):
    out = []
    total, low, high = 0, 0, 0
    for i in range(len(rows)):
        while high < len(rows) and high < i + 31:
            total += rows[high]
            high += 1
        while low < i - 30:
            total -= rows[low]
            low += 1
        out.append(total // (high - low))
${spoil}    return out
`;
const pythonBench = pythonBenchmark(
  "from smoothing import smooth",
  `rows = list(rng.randbytes(700))
h.update(repr(smooth(rows)).encode())`,
);
// One list in the whole run whose length grows with the scale, so that "large" means something.
const growing = pythonBenchmark(
  "from smoothing import smooth",
  `count += 1
if count == scale:
    h.update(repr(smooth(list(rng.randbytes(200 * scale)))).encode())`,
);

const javascript = `export function smooth(rows) {
  return rows.map((_, i) => {
    const part = rows.slice(Math.max(0, i - 30), i + 31);
    return part.reduce((sum, row) => sum + row, 0);
  });
}
`;
const javascriptFast = (spoil: string): string => `export function smooth(rows) {
  const out = [];
  let total = 0;
  let low = 0;
  let high = 0;
  for (let i = 0; i < rows.length; i += 1) {
    for (; high < rows.length && high < i + 31; high += 1) total += rows[high];
    for (; low < i - 30; low += 1) total -= rows[low];
    out.push(total);
  }
${spoil}  return out;
}
`;
const javascriptBench = javascriptBenchmark(
  "smooth",
  "src/smooth.js",
  `const rows = Array.from({ length: 1200 }, () => random() % 1000);
h.update(smooth(rows).join(" "));`,
);

function wrong(
  language: "python" | "javascript",
  name: string,
  spoil: string,
  more: Partial<LabelledClaim> = {},
): LabelledClaim {
  const isPython = language === "python";
  const file = isPython ? "smoothing.py" : "src/smooth.js";
  return {
    name: `${language}: ${name}`,
    kind: "wrong result",
    language,
    base: isPython
      ? { [file]: python }
      : { [file]: javascript, "package.json": `{ "name": "smooth", "type": "module" }\n` },
    change: { [file]: isPython ? pythonFast(spoil) : javascriptFast(spoil) },
    function: "smooth",
    file,
    claimed: 3,
    benchmark: isPython ? pythonBench : javascriptBench,
    truth: 1,
    expect: REFUSED,
    ...more,
  };
}

const testPy = (body: string): string => `import unittest
from smoothing import smooth


class SmoothTest(unittest.TestCase):
    def test_edge(self):
        ${body}
`;

export const wrongResults: readonly LabelledClaim[] = [
  wrong("python", "always wrong", "    out[-1] += 1\n"),
  wrong(
    "python",
    "wrong for one seed in five",
    "    if rows and rows[0] % 5 == 0 and rows[1] < 2:\n        out[0] += 1\n",
  ),
  wrong("python", "wrong at large scale only", "    if len(rows) > 4000:\n        out = out[:-1] + [0]\n", {
    benchmark: growing,
  }),
  wrong("python", "wrong where only a test looks", "    if not rows:\n        return None\n", {
    base: { "smoothing.py": python, "test_smoothing.py": testPy("self.assertEqual(smooth([]), [])") },
  }),
  wrong("python", "wrong, and its test changed with it", "    if not rows:\n        return None\n", {
    base: { "smoothing.py": python, "test_smoothing.py": testPy("self.assertEqual(smooth([]), [])") },
    change: {
      "smoothing.py": pythonFast("    if not rows:\n        return None\n"),
      "test_smoothing.py": testPy("self.assertIsNone(smooth([]))"),
    },
  }),
  wrong("python", "wrong, and its test taken away", "    if not rows:\n        return None\n", {
    base: { "smoothing.py": python, "test_smoothing.py": testPy("self.assertEqual(smooth([]), [])") },
    change: {
      "smoothing.py": pythonFast("    if not rows:\n        return None\n"),
      "test_smoothing.py": null,
    },
  }),
  wrong("python", "raises where it returned", "    if rows[5] == 77:\n        raise KeyError(rows[5])\n"),
  wrong("javascript", "wrong for one input in many", "  if (rows[0] === 123) out[1] -= 1;\n"),
  wrong("javascript", "wrong type, same text in part", "  if (rows.length > 500) out.length -= 1;\n"),
  wrong("javascript", "a count hides the wrong result", "  out.fill(0);\n", {
    benchmark: javascriptBenchmark(
      "smooth",
      "src/smooth.js",
      `const rows = Array.from({ length: 1200 }, () => random() % 1000);
count += smooth(rows).length + (random() % 9);`,
      "String(count)",
    ),
  }),
  wrong("python", "a digest of the inputs hides the wrong result", "    out = [0] * len(rows)\n", {
    benchmark: pythonBenchmark(
      "from smoothing import smooth",
      `rows = list(rng.randbytes(700))
h.update(bytes(rows) + bytes([len(smooth(rows)) % 256]))`,
    ),
  }),
  wrong("javascript", "a digest of the first element hides the wrong result", "  out.fill(out[0]);\n", {
    benchmark: javascriptBenchmark(
      "smooth",
      "src/smooth.js",
      `const rows = Array.from({ length: 1200 }, () => random() % 1000);
h.update(String(smooth(rows)[0]));`,
    ),
  }),
];

/* Better for large inputs, worse for small ones; or the other way round. */
const insertion = `export function order(rows) {
  const out = [];
  for (const row of rows) {
    let i = out.length;
    while (i > 0 && out[i - 1] > row) i -= 1;
    out.splice(i, 0, row);
  }
  return out;
}
`;
const merging = `export function order(rows) {
  if (rows.length < 2) return rows.map(Number);
  const middle = rows.length >> 1;
  const [left, right] = [order(rows.slice(0, middle)), order(rows.slice(middle))];
  const out = [];
  let i = 0;
  for (const row of right) {
    for (; i < left.length && left[i] <= row; i += 1) out.push(left[i]);
    out.push(row);
  }
  return out.concat(left.slice(i));
}
`;

const sized = (
  name: string,
  length: string,
  change: string,
  more: Partial<LabelledClaim>,
): LabelledClaim => ({
  name: `javascript: ${name}`,
  kind: "size-dependent",
  language: "javascript",
  base: { "order.mjs": insertion },
  change: { "order.mjs": change },
  function: "order",
  file: "order.mjs",
  claimed: 4,
  benchmark: javascriptBenchmark(
    "order",
    "order.mjs",
    `h.update(order(Array.from({ length: ${length} }, random)).join(" "));`,
  ),
  truth: 1,
  expect: REFUSED,
  ...more,
});

export const sizeDependent: readonly LabelledClaim[] = [
  sized("merge sort where inputs are large", "8000", merging, { truth: null, expect: ["verified"] }),
  sized("merge sort where inputs are small", "8", merging, {}),
  sized(
    "slower for large runs only",
    "60",
    insertion.replace(
      "  return out;",
      "  for (let i = 0; rows.length > 50 && i < 3000; i += 1) out[0] = Math.min(out[0], i + out[0]);\n  return out;",
    ),
    {},
  ),
  // The size itself is the scale, against the contract, but agents do it: the time grows with its square before, and hardly after.
  {
    name: "python: scale is the size, square before and straight after",
    kind: "size-dependent",
    language: "python",
    base: { "pairs.py": "def common(a, b):\n    return [x for x in a if x in b]\n" },
    change: {
      "pairs.py": "def common(a, b):\n    known = set(b)\n    return [x for x in a if x in known]\n",
    },
    function: "common",
    file: "pairs.py",
    claimed: 8,
    benchmark: pythonBenchmark(
      "from pairs import common",
      `count += 1
if count == scale:
    a = [rng.random() for _ in range(40 * scale)]
    b = [rng.random() for _ in range(40 * scale)] + a[::3]
    h.update(repr(common(a, b)).encode())`,
    ),
    truth: null,
    expect: PERHAPS,
  },
];
