import { normaliseLineBreaks } from "../clean-text.ts";
import { compileTemplate } from "../compile-template.ts";
import type { Sender } from "../footer.ts";
import { emailLimits } from "../limits.ts";
import { nearestName } from "../nearest-name.ts";
import type { TemplateSource } from "../read-templates.ts";
import { TemplateError } from "../template-error.ts";
import type { EmailTemplate } from "../types.ts";
import type { LintFinding } from "./finding.ts";
import { legalFindings, subjectFindings } from "./mail-rules.ts";
import { lintText } from "./place.ts";
import { brokenPlaceholders, foreignPlaceholders } from "./placeholder-rules.ts";
import { pluralFindings, wordFindings } from "./word-rules.ts";

/** What the templates are held against. */
export interface LintOptions {
  /** Names that the context has. */
  readonly knownVariables: Iterable<string>;
  /** `outreach.sender`; null: no footer. */
  readonly sender: Sender | null;
  /** `outreach.gate.minVerified`; default 3. */
  readonly minVerified?: number;
}

/**
 * Everything that is wrong, or would read wrongly, in a set of templates, in the order of files and places. The first template is
 * the first mail. A template with an error is not to go out; warnings are the author's to judge. Nothing is thrown or changed.
 */
export function lintTemplates(
  templates: readonly TemplateSource[],
  options: LintOptions,
): readonly LintFinding[] {
  const known = [...options.knownVariables].toSorted();
  const used = new Set<string>();
  const findings = templates.flatMap((source, index) =>
    lintOne(source, index === 0, known, used, options).toSorted(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    ),
  );
  const unused = known.filter((name) => !used.has(name));
  const hasBroken = findings.some((finding) => finding.code === "template");
  return templates.length === 0 || unused.length === 0 || hasBroken
    ? findings
    : [...findings, unusedNote(templates[0]?.name ?? "", unused)];
}

function lintOne(
  source: TemplateSource,
  isFirst: boolean,
  known: readonly string[],
  used: Set<string>,
  options: LintOptions,
): LintFinding[] {
  const compiled = compileOrNot(source);
  if (!("uses" in compiled)) return [compiled];
  for (const name of compiled.variables) used.add(name);
  const text = lintText(source.name, normaliseLineBreaks(source.text));
  return [
    ...variableFindings(compiled, known),
    ...brokenPlaceholders(text, known),
    ...foreignPlaceholders(text, known),
    ...subjectFindings(text, isFirst),
    ...legalFindings(text, isFirst, options.sender),
    ...wordFindings(text),
    ...pluralFindings(text, options.minVerified ?? 3),
  ];
}

function compileOrNot({ name, text }: TemplateSource): EmailTemplate | LintFinding {
  try {
    return compileTemplate(text.slice(0, emailLimits.templateChars + 1), name);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return {
      severity: "error",
      code: "template",
      file: name,
      line: error.line,
      column: error.column,
      message: error.message.replace(/^\S*: /, ""),
      better: null,
    };
  }
}

function variableFindings({ name: file, uses }: EmailTemplate, known: readonly string[]): LintFinding[] {
  return uses.flatMap(({ name, kind, line, column }): LintFinding[] => {
    const isKnown = known.includes(name);
    if (kind === "text") {
      if (!isKnown) return [];
      const better = `{{ ${name} }}`;
      const message = `this template is Liquid, where {${name}} is mailed with its braces. Write ${better}.`;
      return [{ severity: "error", code: "braces_as_text", file, line, column, message, better }];
    }
    if (isKnown) return [];
    const better = nearestName(name, known);
    const message = `there is no variable '${name}'.${better === null ? " The notes list those that no template uses." : ` Did you mean '${better}'?`}`;
    return [{ severity: "error", code: "unknown_variable", file, line, column, message, better }];
  });
}

function unusedNote(file: string, unused: readonly string[]): LintFinding {
  return {
    severity: "note",
    code: "unused_variables",
    file,
    line: null,
    column: null,
    message: `no template uses ${unused.join(", ")}.`,
    better: null,
  };
}
