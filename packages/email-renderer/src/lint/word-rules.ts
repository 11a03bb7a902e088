import type { LintCode, LintFinding, LintSeverity } from "./finding.ts";
import { type LintText, placeOf } from "./place.ts";

interface WordRule {
  readonly code: LintCode;
  readonly severity: LintSeverity;
  /** Its first group, or the whole match, is what the finding points at. */
  readonly pattern: RegExp;
  readonly message: (found: string) => string;
  readonly better: ((found: string) => string) | null;
}

const count = String.raw`\{\{?\s*(?:num_optimizations|verified_count)\s*\}?\}`;

const rules: readonly WordRule[] = [
  {
    code: "wrong_word",
    severity: "warning",
    // What was made, not pull requests in general ("every new PR is checked").
    pattern: new RegExp(
      String.raw`(?:${count}(?:\s+[\w-]+){0,2}?|\b(?:created|opened|submitted|raised|filed|made)\b[^.!?\n]{0,40}?)\s+(PRs?|pull requests?)\b`,
      "gid",
    ),
    message: (found) =>
      `'${found}': there are commits on a branch of a fork, nobody opened a pull request. '${commitWord(found)}' is what is there.`,
    better: commitWord,
  },
  {
    code: "wrong_word",
    severity: "warning",
    pattern: /\b(guaranteed?|risk[- ]free|100 ?%)(?!\w)/dgi,
    message: (found) => `'${found}' promises what no measurement can. 'measured' is what is true.`,
    better: () => "measured",
  },
  {
    code: "handwritten_figure",
    severity: "warning",
    pattern: /(?<![\w{.])(\d+(?:\.\d+)?(?: ?%|x\b| times\b))/dgi,
    message: (found) =>
      `'${found}' is written by hand, and no proof of this program stands behind it. Keep it only if you can show where it comes from.`,
    better: null,
  },
  {
    code: "unfinished",
    severity: "error",
    pattern: /\b(TODO|FIXME|XXX|lorem ipsum)\b/dg,
    message: (found) => `'${found}' would be mailed. Finish the text.`,
    better: null,
  },
  {
    code: "not_https",
    severity: "warning",
    pattern: /(http:\/\/[^\s)>]+)/dgi,
    message: (found) => `'${found}' is not https, and is shown without a link.`,
    better: (found) => found.replace(/^http:/i, "https:"),
  },
];

function commitWord(found: string): string {
  return /s$/i.test(found) ? "commits" : "commit";
}

/** Words that would be untrue, unfinished, or nobody's proven figure. */
export function wordFindings({ file, text }: LintText): LintFinding[] {
  return rules.flatMap(({ code, severity, pattern, message, better }) =>
    [...text.matchAll(pattern)].map((match): LintFinding => {
      const found = (match[1] ?? match[0]).replace(/\s+/g, " ");
      return {
        severity,
        code,
        file,
        ...placeOf(text, match.indices?.[1]?.[0] ?? match.index),
        message: message(found),
        better: better === null ? null : better(found),
      };
    }),
  );
}

/** "{num_optimizations} commits" reads wrongly when one is enough for a mail. */
export function pluralFindings({ file, text }: LintText, minVerified: number): LintFinding[] {
  if (minVerified > 1) return [];
  const pattern = new RegExp(String.raw`${count}(?:\s+[\w-]+){0,2}?\s+(\w+s)\b`, "gi");
  return [...text.matchAll(pattern)].map((match) => ({
    severity: "warning",
    code: "plural",
    file,
    ...placeOf(text, match.index),
    message: `with one optimization this reads '1 … ${match[1] ?? ""}', and the gate lets one pass (outreach.gate.minVerified). Use Liquid: {% if num_optimizations == 1 %}…{% else %}…{% endif %}.`,
    better: null,
  }));
}
