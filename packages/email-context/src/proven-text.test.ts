import { expect, test } from "vitest";
import { provenText, saysNumber } from "./proven-text.ts";
import { fileNameOnly, nameOnly } from "./readable-name.ts";

test.each([
  ["replaced regex with string split", "replaced regex with string split"],
  ["replaced regex with string split, 5x faster", "replaced regex with string split"],
  ["Replaced list with set. 5x faster now. Dropped the copy.", "Replaced list with set. Dropped the copy."],
  ["5x faster by caching routes", ""],
  ["cached the routes (80% fewer lookups) in a dict", "cached the routes in a dict"],
  ["removed deepcopy - from 120 ms to 20 ms", "removed deepcopy"],
  ["makes parsing five times faster", ""],
  ["parsing is twice as fast", ""],
  ["cut memory by half, reused the buffer", ""],
  ["reused the buffer, which halves memory", "reused the buffer"],
  ["an order of magnitude quicker", ""],
  ["５x faster", ""],
  ["x5 faster", ""],
  ["f5x faster", ""],
  ["5 × faster", ""],
  ["③ times faster", ""],
  ["scan in O(n^2) became O(n log n)", "scan in O(n^2) became O(n log n)"],
  ["decodes utf-8 and base64 without a copy", "decodes utf-8 and base64 without a copy"],
  ["uses match from Python 3.12 and sha256", "uses match from Python 3.12 and sha256"],
  ["double-checked locking over a half-open interval", "double-checked locking over a half-open interval"],
  ["see https://evil.example/x for more", ""],
  ["reused buffers; [click](https://evil.example)", "reused buffers"],
  ["reused buffers, mail me@evil.example", "reused buffers"],
  ["<b>bold</b> text", ""],
  ["Map<string> instead of an object", "Map<string> instead of an object"],
  ["\u001b[31mred\r\nBcc: x@evil.example", ""],
  ["", ""],
])("%j becomes %j", (text, kept) => {
  expect(provenText(text)).toBe(kept);
});

test("what is kept says no number", () => {
  for (const text of [
    "1",
    "a, 2, b",
    "x ".repeat(9_000),
    "(((1)))",
    "one, two times; three",
    "½ the time",
    "-50 MiB",
  ]) {
    expect(saysNumber(provenText(text))).toBe(false);
  }
});

test("a megabyte is read in no time", () => {
  expect(provenText("a, ".repeat(400_000)).length).toBeLessThanOrEqual(500);
  expect(provenText("(".repeat(1_000_000))).toBe("");
});

test.each([
  ["src/router.py", "router"],
  ["lib/index.min.js", "index.min"],
  ["Makefile", "Makefile"],
  [".gitignore", ".gitignore"],
  ["https://evil.example/x", ""],
  ["[x](https://evil.example)", ""],
  ["src/9x faster.py", ""],
])("the file %j becomes %j", (path, name) => {
  expect(fileNameOnly(path)).toBe(name);
});

test.each([
  ["Router.match(self, path)", "Router.match"],
  ["base64_encode", "base64_encode"],
  ["resize2x", "resize2x"],
  ["src/url_for.py", "src/url_for.py"],
  ["class file parsing", "class file parsing"],
  ["Foo::bar<T>", "Foo::bar"],
  ["parse5xFaster", ""],
  ["f5x faster", ""],
  ["the faster parser", ""],
  ["<script>alert(1)</script>", ""],
  ["{first_name}", ""],
  ["evil.com", ""],
  ["Router.match", "Router.match"],
  ["everything, now 80% faster", ""],
  ["twice as fast", ""],
  ["[click](https://evil.example)", ""],
  ["www.evil.example", ""],
  ["all of the parser and the router too", ""],
])("the name %j becomes %j", (name, kept) => {
  expect(nameOnly(name).replace("<T>", "")).toBe(kept);
});
