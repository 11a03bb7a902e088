import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shellQuote } from "./shell-quote.ts";

test("a quoted word is exactly the text, whatever it holds", () => {
  const texts = fc.sample(
    fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", "")),
    { numRuns: 300, seed: 1 },
  );
  texts.push("", "'", "$(id)", "`id`", "a b", "a\nb", "\\", "'\\''", "-n", "*", "~", "#", "!x");
  const printed = execFileSync("/bin/sh", [
    "-c",
    `printf '%s\\0' ${texts.map((text) => shellQuote(text)).join(" ")}`,
  ]);
  expect(printed.toString().split("\0").slice(0, -1)).toEqual(
    texts.map((text) => Buffer.from(text).toString()),
  );
});
