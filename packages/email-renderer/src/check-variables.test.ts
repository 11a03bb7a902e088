import { expect, test } from "vitest";
import { checkVariables } from "./check-variables.ts";
import { compileTemplate } from "./compile-template.ts";
import { TemplateError } from "./template-error.ts";

function errorOf(text: string, known: readonly string[]): TemplateError | null {
  try {
    checkVariables(compileTemplate(text, "email_1_proof.md"), known);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(TemplateError);
    return error as TemplateError;
  }
}

test("the error names place, nearest and known names", () => {
  const error = errorOf("Subject: x\n\nHi {frist_name},\n", ["title", "first_name"]);
  expect(error?.message).toBe(
    "email_1_proof.md:3:5: unknown variable 'frist_name'. Did you mean 'first_name'? Known: first_name, title.",
  );
  expect(error).toMatchObject({
    code: "unknown_variable",
    retryable: false,
    file: "email_1_proof.md",
    line: 3,
    column: 5,
    nearest: "first_name",
  });
});

test.each([
  ["Subject: Hi {nope}\n\nx", 1, 14],
  ["subject:\t{{ nope }}\n\nx", 1, 13],
  ["Subject: x\r\n\r\n{name}\r\n\r\n  {name} {nope}\r\n", 5, 11],
  [
    "Subject: x\n\n{{ name }}\n{% if name %}\n  {{ name }}\n{% else %}\n  {{ name | append: nope }}\n{% endif %}",
    7,
    21,
  ],
  ["Subject: x\n\n{% for i in nope %}{{ i.deep }}{{ forloop.index }}{% endfor %}", 3, 13],
  ["Subject: x\n\n{% assign later = name %}{{ later }}\n{% if name == nope.deep %}{% endif %}", 4, 15],
  ["Subject: x\n\n{% case name %}{% when 'a' %}{{ nope }}{% endcase %}", 3, 33],
])("%j: nope stands at %i:%i", (text, line, column) => {
  expect(errorOf(text, ["name"])).toMatchObject({ code: "unknown_variable", line, column });
  expect(errorOf(text, ["name", "nope"])).toBeNull();
});

test("the first place in the file is told", () => {
  expect(errorOf("Subject: x\n\n{% if a %}{{ c }}{% endif %}{{ b }}", [])).toMatchObject({
    line: 3,
    column: 7,
  });
});

test("capitals are a mistake, not text", () => {
  expect(errorOf("Subject: x\n\nHi {First_Name}", ["first_name"])).toMatchObject({ nearest: "first_name" });
});

test("a placeholder in a Liquid template is an error when a variable has its name, and text otherwise", () => {
  const text =
    "Subject: {{ repo }}\n\nHi\n {first_name} {% raw %}{first_name}{% endraw %} {% comment %}{first_name}{% endcomment %}";
  expect(errorOf(text, ["repo", "first_name"])).toMatchObject({ code: "syntax", line: 4, column: 3 });
  expect(errorOf(text, ["repo"])).toBeNull();
});
