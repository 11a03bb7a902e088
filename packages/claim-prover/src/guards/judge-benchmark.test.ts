import { expect, test } from "vitest";

import { judgeBenchmark } from "./judge-benchmark.ts";

test.each([
  [
    "a.py",
    'import hashlib, os, random, sys\nscale = int(os.environ.pop("UNIVERSE_SCALE", "1"))\nsys.path.insert(0, os.getcwd())\nfrom words import unique\nprint(hashlib.sha256(repr(unique(["a"])).encode()).hexdigest())\n',
  ],
  [
    "a.mjs",
    'import { createHash } from "node:crypto";\nimport { pathToFileURL } from "node:url";\nconst { f } = await import(pathToFileURL(`${process.cwd()}/src/f.js`).href);\nfor (const name of Object.keys(process.env)) if (name.startsWith("UNIVERSE_")) delete process.env[name];\nconsole.log(createHash("sha256").update(JSON.stringify(f())).digest("hex"));\n',
  ],
])("an honest benchmark raises nothing: %s", (path, text) => {
  expect(judgeBenchmark(text, path)).toEqual([]);
});

test.each([
  ["a.py", "import time\ntime.sleep(0.1)"],
  ["a.mjs", 'import { readFileSync } from "node:fs";'],
  ["a.py", "if not hasattr(words, 'fast'): slow()"],
  ["a.mjs", "if (unique.toString().includes('Set')) scale /= 2;"],
  ["a.py", "import subprocess"],
  ["a.mjs", "Array.prototype.includes = slow;"],
  ["a.py", "src = inspect.getsource(unique)"],
])("a benchmark that may favour a side: %s: %s", (path, text) => {
  expect(judgeBenchmark(text, path)).toMatchObject([{ code: "benchmark_script" }]);
});
