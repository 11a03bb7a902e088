import { expect, test } from "vitest";
import { domainOf, readOwnerFacts } from "./owner-facts.ts";

test.each([
  ["https://www.example.com/about", "example.com"],
  ["Example.COM", "example.com"],
  ["http://docs.example.com.", "docs.example.com"],
  ["https://acme.github.io", null],
  ["https://twitter.com/acme", null],
  ["mailto:x@example.com", null],
  ["javascript:alert(1)", null],
  ["http://127.0.0.1", null],
  ["localhost", null],
  ["", null],
  ["not a site", null],
])("the domain of %j is %j", (website, domain) => {
  expect(domainOf(website)).toBe(domain);
});

test("reads an organisation, and never its address", () => {
  const facts = readOwnerFacts({
    login: "acme",
    name: null,
    description: " Fast\nthings ",
    blog: "example.com",
    email: "office@example.com",
    is_verified: true,
  });
  expect(facts).toEqual({
    name: "acme",
    description: "Fast things",
    website: "example.com",
    domain: "example.com",
    verified: true,
  });
  expect(readOwnerFacts([])).toBeNull();
});
