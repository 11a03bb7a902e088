import type { Evaluation } from "./evaluation.ts";
import { duration, percent, sizeText, spreadText, usd } from "./evaluation-words.ts";

/** The evaluation as Markdown: the five questions, each with its figures. */
export function evaluationMarkdown(evaluation: Evaluation): string {
  const { quality, reliability, cost, time, emails } = evaluation;
  const lines = [
    `# Campaign ${text(evaluation.campaign)}: evaluation`,
    "",
    `${evaluation.projects} projects, ${reliability.runs} runs, as of ${evaluation.at}.`,
    "",
    "## Quality: are the optimizations real?",
    "",
    `- ${qualityLine(evaluation)}`,
    ...(quality.gains === null
      ? []
      : [`- Verified gain, median: ${spreadText(quality.gains, (gain) => `${gain.toFixed(2)}x`)}`]),
    ...(quality.gains === null
      ? []
      : table(
          ["Verified gain", "Optimizations"],
          quality.sizes.map(({ from, to, count }) => [sizeText(from, to), String(count)]),
        )),
    ...(quality.refusals.length === 0
      ? []
      : table(
          ["Why not verified", "Claims"],
          quality.refusals.map(({ code, count }) => [text(code.replaceAll("_", " ")), String(count)]),
        )),
    "",
    "## Reliability: how did runs end?",
    ...table(
      ["Outcome", "Runs"],
      Object.entries(reliability.outcomes)
        .filter(([, count]) => count > 0)
        .map(([outcome, count]) => [outcome.replaceAll("_", " "), String(count)]),
    ),
    ...(reliability.reasons.length === 0
      ? []
      : table(
          ["Project", "Run", "Why"],
          reliability.reasons.map(({ projectId, run, reason }) => [
            text(projectId),
            String(run),
            text(reason),
          ]),
        )),
    "",
    "## Cost",
    "",
    `- Machines ${usd(cost.machineUsd)}, agents ${usd(cost.agentUsd)}, together ${usd(cost.machineUsd + cost.agentUsd)}`,
    ...(cost.perProject === null ? [] : [`- A project, median: ${spreadText(cost.perProject, usd)}`]),
    `- A verified optimization: ${cost.perVerifiedUsd === null ? "none was verified" : usd(cost.perVerifiedUsd)}`,
    "",
    "## Time",
    ...table(
      ["Step", "Runs", "Median (least to most)", "Attempts"],
      time.map(({ step, seconds, attempts }) => [
        step,
        String(seconds.n),
        spreadText(seconds, duration),
        String(attempts),
      ]),
    ),
    "",
    "## E-mails: how much was edited?",
    "",
    `- ${emails.drafts} drafts, ${emails.edited} of them edited`,
    ...(emails.editedShare === null
      ? []
      : [
          `- Edited drafts, characters changed of characters generated, median: ${spreadText(emails.editedShare, percent)}`,
        ]),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/** "7 of 9 claims verified (78%), 1 not reproduced, 1 unverifiable" */
export function qualityLine({ quality }: Evaluation): string {
  const { verified, not_reproduced, unverifiable, unproven } = quality.claims;
  if (verified + not_reproduced + unverifiable + unproven === 0) return "No claims.";
  const judged = verified + not_reproduced + unverifiable;
  const share = quality.verifiedShare === null ? "" : ` (${percent(quality.verifiedShare)})`;
  const rest = [
    ...(not_reproduced > 0 ? [`${not_reproduced} not reproduced`] : []),
    ...(unverifiable > 0 ? [`${unverifiable} unverifiable`] : []),
    ...(unproven > 0 ? [`${unproven} not measured`] : []),
  ];
  return [`${verified} of ${judged} measured claims verified${share}`, ...rest].join(", ");
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return ["", line(titles), line(titles.map(() => "---")), ...rows.map(line)];
}

/** Reasons come from machines: nothing in them may be read as Markdown or HTML. */
function text(raw: string): string {
  return raw
    .replaceAll(/[\n\r]+/g, " ")
    .replaceAll(/[\\`*_{}[\]()#+!|~-]/g, String.raw`\$&`)
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
