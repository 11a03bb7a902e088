import { checkVariables } from "./check-variables.ts";
import { normaliseBody, normaliseLineBreaks, oneLine } from "./clean-text.ts";
import { emailLimits } from "./limits.ts";
import { compileLiquid } from "./liquid-syntax.ts";
import { compilePlaceholders } from "./placeholder-syntax.ts";
import { TemplateError } from "./template-error.ts";
import type { EmailContext, EmailTemplate, RenderedEmail, VariableUse } from "./types.ts";

/**
 * Compiles a template: `Subject: …` in the first line, an empty line, the body in Markdown.
 *
 * A template with `{{` or `{%` in it is Liquid (https://shopify.github.io/liquid/), without tags that read files. Any other
 * has placeholders: `{first_name}` is a variable, `\{first_name}` prints the braces, every other brace is text.
 * Values are data: a value that holds `{name}` or `{{ name }}` is printed as it stands.
 *
 * @param text the file's text; CRLF and a byte order mark are accepted
 * @param name the file's name, for errors: `email_1_proof.md`
 * @throws TemplateError `no_subject`, `syntax` or `limit`, with line and column
 */
export function compileTemplate(text: string, name: string): EmailTemplate {
  const { subjectColumn, subject, body } = splitTemplate(normaliseLineBreaks(text), name);
  const syntax = /\{[{%]/.test(text) ? "liquid" : "placeholder";
  const compile = syntax === "liquid" ? compileLiquid : compilePlaceholders;
  const parts = {
    subject: compile(subject, { file: name, line: 1, column: subjectColumn }),
    body: compile(body, { file: name, line: 2, column: 1 }),
  };
  const uses: readonly VariableUse[] = [...parts.subject.uses, ...parts.body.uses];
  const variables = [...new Set(uses.filter((use) => use.kind === "variable").map((use) => use.name))];

  function render(context: EmailContext): RenderedEmail {
    checkVariables({ name, uses }, Object.keys(context));
    const email = {
      subject: oneLine(parts.subject.render(context)),
      body: normaliseBody(within(parts.body.render(context), "bodyChars", name)),
    };
    if (email.subject === "")
      throw new TemplateError("the subject is empty with these values.", {
        code: "render_failed",
        file: name,
        line: 1,
      });
    if (email.body === "\n")
      throw new TemplateError("the body is empty with these values.", {
        code: "render_failed",
        file: name,
        line: 3,
      });
    within(email.subject, "subjectChars", name);
    return email;
  }

  return { name, syntax, variables, uses, render };
}

function splitTemplate(text: string, file: string): { subjectColumn: number; subject: string; body: string } {
  within(text, "templateChars", file);
  const firstBreak = text.indexOf("\n");
  const firstLine = firstBreak === -1 ? text : text.slice(0, firstBreak);
  const [, label = "", subject = ""] = /^(Subject:[ \t]*)(.*)$/i.exec(firstLine) ?? [];
  if (subject.trim() === "") {
    throw new TemplateError("the first line must be 'Subject: …', then an empty line, then the body.", {
      code: "no_subject",
      file,
      line: 1,
    });
  }
  const body = firstBreak === -1 ? "" : text.slice(firstBreak + 1);
  if (body.trim() === "")
    throw new TemplateError("there is no body. Write it after an empty line.", {
      code: "syntax",
      file,
      line: 1,
    });
  if (!/^[^\S\n]*\n/.test(body)) {
    throw new TemplateError("this line must be empty: it separates the subject from the body.", {
      code: "syntax",
      file,
      line: 2,
    });
  }
  return { subjectColumn: label.length + 1, subject, body };
}

function within(text: string, limit: "templateChars" | "subjectChars" | "bodyChars", file: string): string {
  const allowed = emailLimits[limit];
  if (text.length <= allowed) return text;
  const what = {
    templateChars: "the template",
    subjectChars: "the subject",
    bodyChars: "the body",
  }[limit];
  throw new TemplateError(`${what} has ${text.length} characters; at most ${allowed} are allowed.`, {
    code: "limit",
    file,
  });
}
