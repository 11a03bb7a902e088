import { expect, test } from "vitest";
import { countryCode } from "./country-code.ts";

test.each([
  ["United States", "US"],
  ["germany", "DE"],
  ["United Kingdom", "GB"],
  ["US", "US"],
  ["DD", null],
  ["Atlantis", null],
  ["", null],
  [null, null],
])("%s is %s", (name, code) => {
  expect(countryCode(name)).toBe(code);
});
