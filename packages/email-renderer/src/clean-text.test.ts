import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanValue, normaliseBody, oneLine } from "./clean-text.ts";

const escape = "\u001b";

test.each([
  [`${escape}[31mred${escape}[0m`, "red"],
  [`${escape}]0;title\u0007text`, "text"],
  [`${escape}]8;;https://example.com${escape}\\link${escape}]8;;${escape}\\`, "link"],
  [`\u009b2Jcleared`, "cleared"],
  [`${escape}Pq#0${escape}\\sixel`, "sixel"],
  [`${escape}cReset ${escape}(B!`, "Reset !"],
  [`${escape}]unended`, "]unended"],
  ["a\r\nb\rc\u2028d", "a\nb\nc\nd"],
  ["a\u0000b\u0007c\u007fd\te", "abcd\te"],
  ["user\u202etxt.exe\u2066", "usertxt.exe"],
  ["lone \ud800 surrogate", "lone \ufffd surrogate"],
  ["Zoë 山田 🚀 e\u0301", "Zoë 山田 🚀 e\u0301"],
])("cleanValue(%j) is %j", (value, cleaned) => {
  expect(cleanValue(value)).toBe(cleaned);
});

test("sequences that never end take linear time", { timeout: 60_000 }, () => {
  for (const start of [`${escape}]`, `${escape}[`, `${escape}[1;`, `${escape}P`, `${escape} `, "\u009d"]) {
    expect(cleanValue(start.repeat(500_000)).includes(escape)).toBe(false);
  }
});

const anyText = fc.string({ unit: "binary", maxLength: 200 });
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

test("whatever comes in, no control character comes out, and cleaning again changes nothing", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const clean of [cleanValue, oneLine, normaliseBody]) {
        const once = clean(text);
        expect(once).not.toMatch(controls);
        expect(clean(once)).toBe(once);
      }
      expect(oneLine(text)).not.toMatch(/[\n\t\u2028\u2029]|^\s|\s$/);
      expect(normaliseBody(text)).toMatch(/^(?:\n|\S[^]*\n|[^\S\n]+\S[^]*\n)$/);
    }),
  );
});
