import fc from "fast-check";
import { expect, test } from "vitest";
import { draftHash } from "./draft-hash.ts";

const draft = { recipient: "ada@example.com", subject: "Hello", body: "Hi Ada,\n\nSam\n" };

test("the hash is stable", () => {
  expect(draftHash(draft)).toBe("1abab28424e7b6be92d2def9a478c3411aa11326eb81d811f09f77950e1338eb");
});

test("what reads the same has the same hash", () => {
  for (const same of [
    { ...draft, recipient: " Ada@Example.com " },
    { ...draft, subject: " Hello " },
    { ...draft, body: "Hi Ada,  \r\n\r\nSam" },
    { ...draft, body: "\n\nHi Ada,\r\rSam\n\n\n" },
  ])
    expect(draftHash(same)).toBe(draftHash(draft));
});

test("every other change gives another hash", () => {
  for (const other of [
    { ...draft, recipient: "ada@example.org" },
    { ...draft, recipient: "ada+x@example.com" },
    { ...draft, subject: "hello" },
    { ...draft, subject: "Re: Hello" },
    { ...draft, body: "Hi Ada,\nSam\n" },
    { ...draft, body: "Hi Ada,\n\nSam.\n" },
    { ...draft, body: "Hi\u00a0Ada,\n\nSam\n" },
    { recipient: "ada@example.com", subject: "", body: "Hello\nHi Ada,\n\nSam\n" },
  ])
    expect(draftHash(other)).not.toBe(draftHash(draft));
});

test("no text moves from one part to the next", () => {
  const text = fc.string({ unit: fc.constantFrom('"', ",", "\\", "\n", "a", "[", "]") });
  fc.assert(
    fc.property(text, text, text, text, (a, b, c, d) => {
      const one = draftHash({ recipient: a, subject: `x${b}x`, body: `x${c}x` });
      const other = draftHash({ recipient: a, subject: `x${b}x${d}`, body: `x${c}x` });
      const isSame = `x${b}x`.replace(/\s+/g, " ").trim() === `x${b}x${d}`.replace(/\s+/g, " ").trim();
      expect(one === other).toBe(isSame);
    }),
  );
});
