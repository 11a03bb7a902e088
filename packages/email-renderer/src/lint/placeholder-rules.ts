import { nearestName } from "../nearest-name.ts";
import type { LintFinding } from "./finding.ts";
import { type LintText, placeOf } from "./place.ts";

type Rule = (source: LintText, known: readonly string[]) => LintFinding[];

/** `{first_name` without its end, or with spaces in it: mailed as it stands. */
export const brokenPlaceholders: Rule = ({ file, text }, known) => {
  if (/\{[{%]/.test(text)) return []; // Liquid refuses what is not closed
  const findings: LintFinding[] = [];
  const add = (offset: number, name: string, found: string): void => {
    const meant = nearestName(name, known);
    if (meant === null) return;
    findings.push({
      severity: "error",
      code: "unclosed_placeholder",
      file,
      ...placeOf(text, offset),
      message: `'${found}' would be mailed as it stands. Write {${meant}}, or \\{ for a brace.`,
      better: `{${meant}}`,
    });
  };
  for (const match of text.matchAll(/(?<!\\)\{([A-Za-z_]\w*)(?![\w}])/g)) {
    const isSpaced = /^\s*\}/.test(text.slice(match.index + match[0].length));
    add(match.index, match[1] ?? "", isSpaced ? `${match[0]} }` : match[0]);
  }
  for (const match of text.matchAll(/(?<!\\)\{\s+([A-Za-z_]\w*)\s*\}/g))
    add(match.index, match[1] ?? "", match[0]);
  for (const match of text.matchAll(/(?<![\w{])([A-Za-z_]\w*)\}/g))
    add(match.index, match[1] ?? "", match[0]);
  return findings;
};

// [First Name], <first_name>, %FIRST_NAME%, *|FNAME|*, $first_name, {{first_name: fields of other mail programs.
const foreign =
  /\[(?:first|last|full|company|your|repo)[ _-]?name\]|<(?:first|last|full|company)[ _-]?name>|%[A-Za-z]+(?:_[A-Za-z]+)+%|\*\|[A-Z_]+\|\*|\$\{?(?:first|last|company)_?name\}?/gi;

export const foreignPlaceholders: Rule = ({ file, text }, known) =>
  [...text.matchAll(foreign)].map((match) => {
    const meant = nearestName(match[0].replace(/\W+/g, "_").replace(/^_|_$/g, ""), known);
    return {
      severity: "error",
      code: "foreign_placeholder",
      file,
      ...placeOf(text, match.index),
      message: `'${match[0]}' is a field of another mail program and would be mailed as it stands.${meant === null ? "" : ` Write {${meant}}.`}`,
      better: meant === null ? null : `{${meant}}`,
    };
  });
