import fc from "fast-check";
import { expect, test } from "vitest";
import { compileTemplate } from "./compile-template.ts";
import { parseEmailText, renderText } from "./email-text.ts";

test("a draft has a subject line, an empty line and the body", () => {
  const email = { subject: "Hello", body: "Hi Ada,\n\nbye\n" };
  expect(renderText(email)).toBe("Subject: Hello\n\nHi Ada,\n\nbye\n");
  expect(parseEmailText(renderText(email))).toEqual(email);
});

test("what editors do to a draft is accepted", () => {
  expect(parseEmailText("\uFEFFsubject:Hello \r\n\r\n\r\nHi\r\n\r\n")).toEqual({
    subject: "Hello",
    body: "Hi\n",
  });
  expect(parseEmailText("Subject: Hello\nHi")).toEqual({ subject: "Hello", body: "Hi\n" });
  expect(parseEmailText("Subject: Re: Subject: x\n")).toEqual({ subject: "Re: Subject: x", body: "\n" });
});

test.each(["", "\n", "Hi", "Subject: \n\nHi", "Hi\nSubject: x\n\n"])("%j has no subject", (text) => {
  expect(() => parseEmailText(text, "a.md")).toThrow(
    expect.objectContaining({ code: "no_subject", file: "a.md", line: 1 }),
  );
});

const templates = [
  compileTemplate("Subject: News {a} {b}\n\n{a}\nHi {a}{b}\n\n{b}", "placeholder.md"),
  compileTemplate(
    "Subject: News {{ a }} {{ b | upcase }}\n\n{{ a }}\nHi {{ a }}{{ b | replace: 'a', b }}\n\n{{ b }}",
    "liquid.md",
  ),
];
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom("\r\nBcc: x@example.com", "{{ a }}", "{b}", "\u001b[2J", "\u0085", "\n\n", "Subject: x"),
);

test("whatever the values: one subject line, LF, and the draft reads back as the e-mail", () => {
  fc.assert(
    fc.property(fc.constantFrom(...templates), anyText, anyText, (template, a, b) => {
      const email = template.render({ a, b });
      expect(email.subject).toMatch(/^News[^\p{Cc}\u2028\u2029]*$/u);
      expect(email.body).toMatch(/[^\n]\n$/);
      expect(email.body).not.toMatch(/(?![\t\n])\p{Cc}/u);
      expect(parseEmailText(renderText(email))).toEqual(email);
    }),
    { numRuns: 400 },
  );
});
