import { expect, test } from "vitest";
import { recipientKey } from "./recipient-key.ts";
import { suppressionOf } from "./suppression.ts";

const about = (target: string): { target: string; reason: string; requested_at: string } => ({
  target,
  reason: "r",
  requested_at: "2026-01-01T00:00:00Z",
});

test.each([
  ["ada@example.com", "Ada@Example.COM", true],
  ["ada@example.com", "ada+news@example.com", true],
  ["ada+news@example.com", "ada@example.com", true],
  ["ada@example.com", "ada@example.com.", true],
  ["ada@example.com", "adaa@example.com", false],
  ["ada@example.com", "ada@example.org", false],
  ["@example.com", "bob@example.com", true],
  ["@example.com", "bob@mail.example.com", true],
  ["@Example.com.", "bob@example.com", true],
  ["@example.com", "bob@notexample.com", false],
  ["@example.com", "bob@example.com.evil.example", false],
  ["@", "bob@example.com", false],
  ["", "bob@example.com", false],
  ["example.com", "bob@example.com", false],
])("%j on the list: %s is suppressed: %s", (target, address, suppressed) => {
  expect(suppressionOf(address, [about("x@y.example"), about(target)]) !== null).toBe(suppressed);
});

test("one person has one spelling", () => {
  expect(recipientKey(" Ａda+a+b@Example.com ")).toBe("ada@example.com");
  expect(recipientKey("nobody")).toBe("nobody");
});
