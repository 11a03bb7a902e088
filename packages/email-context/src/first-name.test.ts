import { expect, test } from "vitest";
import { firstName } from "./first-name.ts";

test.each([
  ["Ada Example", "Ada"],
  ["Dr. Ada Example", "Ada"],
  ["Prof. Dr. Ada Example", "Ada"],
  ["dr ada", "ada"],
  ["Ada", "Ada"],
  ["Example, Ada", "Ada"],
  ["Example, Dr. Ada", "Ada"],
  ["Ada Example, PhD", "Ada"],
  ["Example,", "Example"],
  ["Jean-Luc Example", "Jean-Luc"],
  ["Łukasz Example", "Łukasz"],
  ["山田 太郎", "山田"],
  ["  Ada\r\nBcc: x@example.com ", "Ada"],
  ["Dr.", "there"],
  ["", "there"],
  [" - ", "there"],
])("%j is addressed as %s", (name, first) => {
  expect(firstName(name)).toBe(first);
});
