import { cleanText } from "../clean-text.ts";
import { judgeAnswer, type Judgement, judgeStatement, type Place, severity } from "./judge-statement.ts";
import { statementsOf } from "./statements.ts";
import type { PolicyFile, PolicyVerdict } from "./verdict.ts";

const aboutAi = /(^|[/:])\.?(ai|llm|gen[-_]?ai|generative[-_]?ai|claude|agents|copilot)([-_.][^/]*)?$/i;
const aboutContributing = /contribut|pull_request_template|hacking|develop/i;
const contributingSection =
  /contribut|pull request|patch|\bPRs?\b|\bAI\b|\bLLMs?\b|generative|policy|develop/i;
/** Files in which only the sections about contributing count: elsewhere they speak of the product. */
const mixed = /(^|[/:])(readme|agents|claude|copilot)[^/]*$/i;

/**
 * The strictest thing that an upstream's files say of contributions that were made by AI, or that nobody asked for. Pure. It knows
 * English phrases; what it does not understand is `silent`, never `refuses`.
 */
export function policyVerdict(files: readonly PolicyFile[]): PolicyVerdict {
  let strictest: PolicyVerdict = { kind: "silent", topic: null, file: null, line: null, quote: null };
  const consider = (found: Judgement | null, file: string, line: number, text: string): void => {
    if (found === null) return;
    if (strictest.kind !== "silent" && severity[found.kind] <= severity[strictest.kind]) return;
    strictest = { ...found, file, line, quote: cleanText(text, 300) };
  };
  for (const { path, text } of files) {
    const statements = statementsOf(text);
    for (const [index, statement] of statements.entries()) {
      const inSection = contributingSection.test(statement.heading);
      if (mixed.test(path) && !inSection && !saysAll(statement.text)) continue;
      const place: Place = {
        aboutAi: aboutAi.test(path) || /\b(AI|LLMs?|generative)\b/i.test(statement.heading),
        aboutContributing: aboutContributing.test(path) || inSection,
      };
      consider(judgeStatement(statement, place), path, statement.line, statement.text);
      const question = statements[index - 1]?.text ?? "";
      consider(judgeAnswer(question, statement.text), path, statement.line, `${question} ${statement.text}`);
    }
  }
  return strictest;
}

/** A sentence that speaks of contributions to the project itself, wherever it stands. */
const saysAll = (text: string): boolean => /\b(pull[- ]requests?|PRs?|contributions?)\b/i.test(text);
