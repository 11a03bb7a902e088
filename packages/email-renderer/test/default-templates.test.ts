import { fileURLToPath } from "node:url";
import {
  checkVariables,
  parseEmailText,
  readTemplates,
  renderText,
  type EmailContext,
} from "@universe-optimize/email-renderer";
import { expect, test } from "vitest";

const templates = await readTemplates(fileURLToPath(new URL("../../../email_templates", import.meta.url)));

function contextOf(count: number, changes: EmailContext = {}): EmailContext {
  return {
    first_name: "Ada",
    full_name: "Ada Example",
    title: "CTO",
    company_name: "Example Ltd",
    repo: "example/fast-parser",
    repo_name: "fast-parser",
    fork_url: "https://github.com/our-org/fast-parser",
    branch_url: "https://github.com/our-org/fast-parser/tree/codeflash/optimize",
    num_optimizations: count,
    best_function: "parseClassFile",
    best_speedup: "5x faster",
    best_description: "replaced linear scan with hash lookup",
    second_best_function: "",
    second_best_technique: "",
    total_cpu_improvement_pct: 34,
    total_memory_saved_mb: 120,
    optimizations_summary: `${count} commits including 5x faster parseClassFile.`,
    calendly_link: "https://calendly.example.com/us",
    ...changes,
  };
}

test("there are three, in placeholder syntax, and the context has all their variables", () => {
  expect(templates.map(({ name, syntax }) => [name, syntax])).toEqual([
    ["email_1_proof.md", "placeholder"],
    ["email_2_followup.md", "placeholder"],
    ["email_3_risk.md", "placeholder"],
  ]);
  for (const template of templates) checkVariables(template, Object.keys(contextOf(1)));
});

test.each([1, 3, 30])("the mails for %i optimizations", (count) => {
  expect(
    templates.map((template) => renderText(template.render(contextOf(count)))).join("\n-----\n"),
  ).toMatchSnapshot();
});

test("the follow-ups answer the first mail: the same subject behind Re:", () => {
  const [first, ...rest] = templates.map((template) => template.render(contextOf(3)).subject);
  expect(rest).toEqual([`Re: ${first}`, `Re: ${first}`]);
});

test.each([
  ["letters of the world", "Zoë 山田 🚀 Ł é"],
  ["Liquid", "{{ title }}{% raw %}{% for i in (1..9) %}"],
  ["placeholders", "{title} \\{title}"],
  ["HTML", '<script>alert("x")</script>&amp;'],
])("%s in a name are printed as they stand", (_, name) => {
  for (const template of templates) {
    const email = template.render(contextOf(3, { first_name: name, repo_name: name }));
    expect(email.subject).toContain(name);
    expect(email.body).toContain(`Hi ${name},\n`);
  }
});

test.each([
  ["a header", "Ada\r\nBcc: spy@example.com", "Ada Bcc: spy@example.com"],
  ["terminal escapes", "\u001b]0;owned\u0007\u001b[2JAda\u009b31m", "Ada"],
  ["other line breaks", "Ada\u2028Bcc:\u0085x", "Ada Bcc: x"],
])("%s in a name cannot leave the subject's line", (_, name, inSubject) => {
  for (const template of templates) {
    const email = template.render(contextOf(3, { repo_name: name }));
    expect(email.subject.endsWith(` ${inSubject}`)).toBe(true);
    expect(parseEmailText(renderText(email))).toEqual(email);
  }
});

test("a name of a megabyte is refused", () => {
  for (const template of templates) {
    expect(() => template.render(contextOf(3, { first_name: "A".repeat(1_000_000) }))).toThrow(
      expect.objectContaining({ code: "limit", file: template.name, line: 3, column: 5 }),
    );
  }
});

test("a variable that is missing is named with its place", () => {
  const { company_name: _, ...context } = contextOf(3);
  expect(() => templates[2]?.render(context)).toThrow(
    /^email_3_risk\.md:12:45: unknown variable 'company_name'\. Known: best_description, /,
  );
});
