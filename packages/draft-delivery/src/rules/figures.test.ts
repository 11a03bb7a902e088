import { expect, test } from "vitest";
import { figuresOf, unprovenFigures } from "./figures.ts";

test.each([
  ["5x faster and 3.2× quicker, 5 times", ["5x", "3.2x"]],
  ["by 50%, 50 % or 50 percent", ["50%"]],
  ["saves 12 MiB, 1.5 GB and 30ms", ["12mib", "1.5gb", "30ms"]],
  ["a 10-fold gain", ["10x"]],
  ["５ｘ faster", ["5x"]],
  ["12 commits in 2026-03-01, 3 people, $50, utf-8, base64, 1280x720, v2.5", []],
  ["https://example.com/50%25", []],
  ["", []],
])("%j has %j", (text, figures) => {
  expect(figuresOf(text)).toEqual(figures);
});

test("what was written by hand is found", () => {
  const known = [...figuresOf("parse 5x faster, 12 MiB"), ...figuresOf("costs by 50%")];
  expect(unprovenFigures("5 times faster, 50%, and 9x on Sundays", known)).toEqual(["9x"]);
});
