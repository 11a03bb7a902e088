import { isReplySubject } from "../eml/threading.ts";
import { footerText, type Sender } from "../footer.ts";
import type { LintFinding } from "./finding.ts";
import type { LintText } from "./place.ts";

const maxSubject = 70;

const optOut =
  /unsubscribe|opt(?:ed)?[- ]?out|(?:not|n't|no longer) (?:wish|want|like) to (?:hear|receive|get)|(?:stop|not) (?:writ|mail|contact)(?:e|ing)|won't (?:write|mail|contact|hear)|no (?:more|further) (?:e-?)?mails?/i;
// A street with a number, a post-office box, or a number with a town behind it.
const postal =
  /\b\d{1,5}\s+(?:[\p{L}.'-]+\s+){1,4}(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|way|square|suite|floor)\b|\bp\.? ?o\.? box \d+|\p{L}+(?:stra(?:ß|ss)e|str\.|weg|platz|gasse) \d+|\b\d{4,5}\s+\p{Lu}\p{L}+/iu;

/** Rules of a subject. A first mail that says 'Re:' deceives: it answers nothing. */
export function subjectFindings({ file, subject, subjectOffset }: LintText, isFirst: boolean): LintFinding[] {
  const place = { file, line: 1, column: subjectOffset + 1 };
  const findings: LintFinding[] = [];
  if (isFirst && isReplySubject(subject)) {
    findings.push({
      severity: "error",
      code: "reply_on_first",
      ...place,
      message: "a first mail answers nothing, so 'Re:' or 'Fwd:' in its subject deceives. Remove it.",
      better: subject.replace(/^\s*\S+?\s*:\s*/, ""),
    });
  }
  // A value is about as long as a repository's name.
  const length = subject.replace(/\{%.*?%\}/g, "").replace(/\{\{?\s*\w+[^{}]*\}?\}/g, "x".repeat(10)).length;
  if (length > maxSubject) {
    findings.push({
      severity: "warning",
      code: "long_subject",
      ...place,
      message: `the subject has about ${length} characters; most programs show ${maxSubject} or fewer. Say it shorter.`,
      better: null,
    });
  }
  const words = subject.replace(/\{[^{}]*\}/g, "");
  if (/!{2,}|\b\p{Lu}{5,}\b.*\b\p{Lu}{4,}\b/u.test(words)) {
    findings.push({
      severity: "warning",
      code: "shouting_subject",
      ...place,
      message:
        "capitals and exclamation marks make a subject look like spam. Write it as you would to a colleague.",
      better: null,
    });
  }
  return findings;
}

/** Who writes, and how to be left alone: in the mail or in the footer. The first mail must not go without. */
export function legalFindings(
  { file, text }: LintText,
  isFirst: boolean,
  sender: Sender | null,
): LintFinding[] {
  if (sender !== null && footerText(sender) !== null) return [];
  const severity = isFirst ? "error" : "warning";
  const findings: LintFinding[] = [];
  const add = (code: "no_opt_out" | "no_postal_address", what: string, setting: string): void => {
    findings.push({
      severity,
      code,
      file,
      line: null,
      column: null,
      message: `there is no ${what}, neither here nor in the footer. Set outreach.sender.${setting} (with name, postalAddress and optOut every mail gets the footer).`,
      better: null,
    });
  };
  if (!optOut.test(text) && !sender?.optOut) add("no_opt_out", "way to opt out", "optOut");
  if (!postal.test(text) && !sender?.postalAddress)
    add("no_postal_address", "postal address", "postalAddress");
  return findings;
}
