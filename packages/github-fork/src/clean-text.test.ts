import { expect, test } from "vitest";

import { cleanText } from "./clean-text.ts";

test.each([
  ["plain", "plain"],
  ["  two \n\t lines\u2028three ", "two lines three"],
  ["\u001b[31mred\u001b[0m", "red"],
  ["\u001b]8;;https://example.com\u0007link\u001b]8;;\u0007", "link"],
  ["a\u0000b\u009b2Jc", "a bc"],
  ["evil\u202egnp.exe", "evil gnp.exe"],
  ["zwölf € 👩‍🔬", "zwölf € 👩‍🔬"],
  ["\ud800half", "�half"],
  ["", ""],
])("%j becomes %j", (text, clean) => {
  expect(cleanText(text, 100)).toBe(clean);
});

test("cuts between characters, and says so", () => {
  expect(cleanText("abcdef", 6)).toBe("abcdef");
  expect(cleanText("abcdefg", 6)).toBe("abcde…");
  expect(cleanText("😀😀😀😀", 3)).toBe("😀😀…");
  expect(cleanText(`${"\u0007".repeat(10_000_000)}end`, 5)).toBe("…");
});
