import {
  closedProject,
  conditions,
  doubleNegative,
  duties,
  humansOnly,
  isMadeByAi,
  mentionsAi,
  namesWords,
  namesWork,
  noUnsolicited,
  refusals,
  saysNo,
  talkFirst,
  toMakeWork,
  unsolicitedWork,
  useRefusals,
  usesAi,
  welcomes,
} from "./phrases.ts";
import type { Statement } from "./statements.ts";
import type { PolicyKind, PolicyTopic } from "./verdict.ts";

export interface Judgement {
  readonly kind: Exclude<PolicyKind, "silent">;
  readonly topic: PolicyTopic;
}

/** What kind of file a statement stands in: words weigh differently. */
export interface Place {
  /** The file is about the use of AI. */
  readonly aboutAi: boolean;
  /** The file, or its section, is about contributing. */
  readonly aboutContributing: boolean;
}

const any = (tests: readonly RegExp[], text: string): boolean => tests.some((test) => test.test(text));
export const severity: Readonly<Record<Judgement["kind"], number>> = {
  refuses: 3,
  restricts: 2,
  welcomes: 1,
};

/** What one statement says about contributions like ours; null: nothing. The strictest of its clauses counts. */
export function judgeStatement(statement: Statement, place: Place): Judgement | null {
  if (statement.text.endsWith("?")) return null;
  const whole = withoutQuotes(
    statement.lead === "" ? statement.text : `${statement.lead.replace(/:$/, "")} ${statement.text}`,
  );
  let strictest: Judgement | null = null;
  for (const clause of whole.split(/;|,? \bbut\b|,? \bhowever\b,?|,? \balthough\b| - | – | — /i)) {
    const found = judgeAi(clause.trim(), whole, place) ?? judgeContributions(clause.trim(), place);
    if (found !== null && (strictest === null || severity[found.kind] > severity[strictest.kind]))
      strictest = found;
  }
  // "Feel free to use AI, but you must understand every line."
  if (strictest?.kind === "welcomes" && duties.test(whole)) return { ...strictest, kind: "restricts" };
  return strictest;
}

/** The answer to a question in the text before it: "Do you take AI-generated patches? No." */
export function judgeAnswer(question: string, answer: string): Judgement | null {
  if (!question.endsWith("?") || !isMadeByAi.test(question)) return null;
  if (/^(no|never|nope)\b/i.test(answer)) return { kind: "refuses", topic: "ai" };
  return /^(yes|sure|of course)\b/i.test(answer) ? { kind: "welcomes", topic: "ai" } : null;
}

/** Long quoted passages are somebody else's words; a quoted word is the author's way to name a thing. */
const withoutQuotes = (text: string): string =>
  text.replaceAll(/"[^"]*"/g, (quoted) => (quoted.split(/\s+/).length > 3 ? " " : quoted.slice(1, -1)));

function judgeAi(clause: string, whole: string, place: Place): Judgement | null {
  const positive = clause.replaceAll(doubleNegative, " ");
  const tolerated = positive !== clause;
  const made = isMadeByAi.test(positive);
  const ai = (kind: Judgement["kind"]): Judgement => ({ kind, topic: "ai" });

  if (any(humansOnly, positive) && (place.aboutContributing || namesWork.test(positive)))
    return ai(softened(whole, "refuses"));
  if (saysNo.test(positive)) return ai(softened(positive, "refuses"));
  if (made && any(refusals, positive))
    return ai(talkOnly(positive) ? "restricts" : softened(positive, "refuses"));
  const here = place.aboutAi || place.aboutContributing || namesWork.test(positive);
  if (
    here &&
    any(useRefusals, positive) &&
    (place.aboutAi || namesWork.test(positive) || toMakeWork.test(positive) || isShortRule(positive))
  )
    return ai(talkOnly(positive) ? "restricts" : softened(positive, "refuses"));
  const concerns = made || (here && (usesAi.test(positive) || mentionsAi.test(positive)));
  if (!concerns) return null;
  if (duties.test(positive) && (made || usesAi.test(positive))) return ai("restricts");
  if (made && any(conditions, positive) && any(refusals, positive)) return ai("restricts");
  if ((made || usesAi.test(positive)) && (tolerated || any(welcomes, positive))) return ai("welcomes");
  return null;
}

function judgeContributions(clause: string, place: Place): Judgement | null {
  const positive = clause.replaceAll(doubleNegative, " ");
  const about = (kind: Judgement["kind"]): Judgement => ({ kind, topic: "contributions" });
  if (any(closedProject, positive)) return about("refuses");
  if (unsolicitedWork.test(positive) && (any(refusals, positive) || noUnsolicited.test(positive)))
    return about(softened(positive, "refuses"));
  if (place.aboutContributing && talkFirst.test(positive)) return about("restricts");
  return null;
}

const softened = (text: string, kind: "refuses"): Judgement["kind"] =>
  any(conditions, text) ? "restricts" : kind;

/** Whether it is about reports, comments and the like alone: we send none. */
const talkOnly = (text: string): boolean => namesWords.test(text) && !namesWork.test(text);

/** "Do not use AI." stands for everything. */
const isShortRule = (text: string): boolean => text.split(/\s+/).length <= 8;
