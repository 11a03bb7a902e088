import { expect, test } from "vitest";
import { compileTemplate } from "./compile-template.ts";
import { TemplateError } from "./template-error.ts";
import type { EmailContext } from "./types.ts";

function render(body: string, context: EmailContext = {}, subject = "Hello"): string {
  return compileTemplate(`Subject: ${subject}\n\n${body}`, "email_1.md").render(context).body;
}

/** The error of a render, as `code line:column message`. */
function failure(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof TemplateError) return `${error.code} ${error.line}:${error.column} ${error.message}`;
    throw error;
  }
  return "no error";
}

test("the syntax is decided per template", () => {
  const placeholder = compileTemplate("Subject: {repo}\n\nHi {first_name}, {repo}", "a.md");
  expect([placeholder.syntax, placeholder.variables]).toEqual(["placeholder", ["repo", "first_name"]]);
  const liquid = compileTemplate("Subject: {{ repo }}\n\n{% assign n = first_name %}Hi {{ n }}", "a.md");
  expect([liquid.syntax, liquid.variables]).toEqual(["liquid", ["repo", "first_name"]]);
});

test("braces that are no placeholder are text, and a backslash makes one text", () => {
  const text = "{ } {} { first_name } {1a} {a-b} {{1} } \\{first_name} \\ {x: 1}".replace("{{1}", "{1}");
  expect(render(`${text} {first_name}`, { first_name: "Ada" })).toBe(`${text.replace("\\{", "{")} Ada\n`);
});

test("values are data", () => {
  const hostile = "{first_name} {{ first_name }} {% raw %} <b>&amp;</b> \\{x}";
  expect(render("{a}|{b}", { a: hostile, b: "B" })).toBe(`${hostile}|B\n`);
  expect(render("{{ a }}|{{ b }}", { a: hostile, b: "B" })).toBe(`${hostile}|B\n`);
});

test("a subject is one line, whatever its values hold", () => {
  for (const subject of ["News for {name}", "News for {{ name }}"]) {
    const email = compileTemplate(`Subject: ${subject}\n\nBody`, "a.md").render({
      name: "Ada\r\nBcc: spy@example.com\u0000\u2028x",
    });
    expect(email.subject).toBe("News for Ada Bcc: spy@example.com x");
  }
});

test("a sequence that begins in one value and ends in another takes nothing along", () => {
  expect(render("{a} between {b}", { a: "\u001b]0;", b: "\u0007end" })).toBe("]0; between end\n");
});

test("numbers, booleans and empty strings are printed; CRLF and a byte order mark are accepted", () => {
  const template = compileTemplate("\uFEFFsubject:  x {n}\r\n\r\n\r\n{n} {z} {t}{e}.\r\n\r\n", "a.md");
  expect(template.render({ n: 12, z: -0, t: true, e: "" })).toEqual({
    subject: "x 12",
    body: "12 0 true.\n",
  });
});

test.each([
  [null, "has no value"],
  [undefined, "has no value"],
  [Number.NaN, "is NaN"],
  [Number.POSITIVE_INFINITY, "is Infinity"],
  [{ a: 1 }, "is an object"],
])("the value %j is a defect, named with its place", (value, words) => {
  expect(failure(() => render("Hi\n  {first_name}", { first_name: value }))).toContain(
    `render_failed 4:4 email_1.md:4:4: 'first_name' ${words}`,
  );
  expect(failure(() => render("Hi\n  {{ first_name }}", { first_name: value }))).toContain(
    `render_failed 4:3 email_1.md:4:3: {{ first_name }} ${words}`,
  );
});

test("Liquid can give a missing value a default, and lists are joined", () => {
  expect(
    render('{{ name | default: "there" }} {{ list | join: ", " }} {{ list }}', {
      name: null,
      list: [1, "b"],
    }),
  ).toBe("there 1, b 1b\n");
  expect(failure(() => render("{a}", { a: [1] }))).toContain("'a' is a list");
});

test.each([
  ["", "no_subject 1:null"],
  ["Hi", "no_subject 1:null"],
  ["\nSubject: late\n\nHi", "no_subject 1:null"],
  ["Subject:  \n\nHi", "no_subject 1:null"],
  ["Subject: a", "syntax 1:null"],
  ["Subject: a\n\n  \n", "syntax 1:null"],
  ["Subject: a\nHi\n", "syntax 2:null"],
  ["Subject: a\n\nHi\n\n {{ name", "syntax 5:2"],
  ["Subject: {% if x %}\n\nHi", "syntax 1:10"],
  ["Subject: a\n\n{% if x %}\nHi", "syntax 3:1"],
  ["Subject: a\n\n{{ x | uppercase }}", "syntax 3:1"],
  ["Subject: a\n\n{% include 'other' %}", "syntax 3:1"],
  ["Subject: a\n\n{% render x %}", "syntax 3:1"],
  ["Subject: a\n\n{% layout 'x' %}", "syntax 3:1"],
  ['Subject: a\n\n{{ x | where_exp: "i", "i" }}', "syntax 3:1"],
  [`Subject: a\n\n${"a".repeat(300_000)}`, "limit null:null"],
])("the template %.40j is refused with %s", (text, expected) => {
  expect(failure(() => compileTemplate(text, "email_1.md"))).toMatch(new RegExp(`^${expected} email_1\\.md`));
});

test("values that are too long are refused, not cut", () => {
  const long = "a".repeat(1_000_000);
  expect(failure(() => render("Hi {x}", { x: long }))).toContain(
    "limit 3:5 email_1.md:3:5: 'x' is 1000000 characters long; at most 65536",
  );
  expect(failure(() => render("Hi {{ x }}", { x: long }))).toContain("limit 3:4");
  expect(failure(() => render("Hi", { x: "a".repeat(1_000) }, "{x}"))).toContain(
    "the subject has 1000 characters; at most 998",
  );
  expect(failure(() => render("{x}{x}{x}{x}{x}", { x: "a".repeat(60_000) }))).toContain(
    "the body has 300001 characters",
  );
});

const hundred = Array.from({ length: 100 }, () => "x");
const nested = (inner: string): string =>
  `${"{% for i in list %}".repeat(5)}${inner}${"{% endfor %}".repeat(5)}`;

test.each([
  ["loops of text", nested("text")],
  ["loops of values", nested("{{ i }}")],
  ["a long range", "{% for i in (1..1000000000) %}x{% endfor %}"],
  [
    "a doubling text",
    '{% assign x = "aaaaaaaa" %}{% for i in (1..99) %}{% assign x = x | append: x %}{% endfor %}{{ x }}',
  ],
  [
    "a doubling capture",
    '{% assign x = "aaaaaaaa" %}{% for i in (1..99) %}{% capture x %}{{ x }}{{ x }}{% endcapture %}{% endfor %}{{ x }}',
  ],
  ["wide padding", '{{ 0 | date: "%1000000000Y" }}'],
])("a bomb of %s meets a limit", { timeout: 60_000 }, (_, body) => {
  expect(failure(() => render(body, { list: hundred }))).toMatch(/^limit 3:/);
});

test("inherited properties are no variables", () => {
  expect(failure(() => render("{constructor}", {}))).toMatch(/^unknown_variable 3:2/);
  expect(failure(() => render("{{ x.constructor }}", { x: {} }))).toMatch(/^unknown_variable 3:4/);
  expect(render("{__proto__}", JSON.parse('{"__proto__": "own"}') as EmailContext)).toBe("own\n");
});

test("an e-mail that its values leave empty is refused", () => {
  expect(failure(() => render("Hi", { x: " " }, "{x}"))).toContain("the subject is empty");
  expect(failure(() => render("{x}", { x: "\u0007" }))).toContain("the body is empty");
});
