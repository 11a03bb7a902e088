import type { Evaluation } from "./evaluation.ts";
import { qualityLine } from "./evaluation-markdown.ts";
import { duration, percent, sizeText, spreadText, usd } from "./evaluation-words.ts";

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly text: string;
}

const BAR_PX = 22;
const LABEL_PX = 150;
const WIDTH_PX = 640;

/** The evaluation as one self-contained page: no script, nothing from elsewhere. */
export function evaluationHtml(evaluation: Evaluation): string {
  const { quality, reliability, cost, time, emails } = evaluation;
  const sections = [
    section("Quality: are the optimizations real?", [
      paragraph(qualityLine(evaluation)),
      ...(quality.gains === null
        ? []
        : [
            paragraph(`Verified gain, median: ${spreadText(quality.gains, (gain) => `${gain.toFixed(2)}x`)}`),
            bars(
              "Verified optimizations by gain",
              quality.sizes.map(({ from, to, count }) => ({
                label: sizeText(from, to),
                value: count,
                text: String(count),
              })),
            ),
          ]),
      ...(quality.refusals.length === 0
        ? []
        : [
            bars(
              "Claims that were not verified, by reason",
              quality.refusals.map(({ code, count }) => ({
                label: code.replaceAll("_", " "),
                value: count,
                text: String(count),
              })),
            ),
          ]),
    ]),
    section("Reliability: how did runs end?", [
      bars(
        "Runs by outcome",
        Object.entries(reliability.outcomes)
          .filter(([, count]) => count > 0)
          .map(([outcome, count]) => ({
            label: outcome.replaceAll("_", " "),
            value: count,
            text: String(count),
          })),
      ),
      ...(reliability.reasons.length === 0
        ? []
        : [
            table(
              ["Project", "Run", "Why"],
              reliability.reasons.map(({ projectId, run, reason }) => [projectId, String(run), reason]),
            ),
          ]),
    ]),
    section("Cost", [
      bars("US dollars", [
        { label: "machines", value: cost.machineUsd, text: usd(cost.machineUsd) },
        { label: "agents", value: cost.agentUsd, text: usd(cost.agentUsd) },
      ]),
      ...(cost.perProject === null
        ? []
        : [paragraph(`A project, median: ${spreadText(cost.perProject, usd)}`)]),
      paragraph(
        `A verified optimization: ${cost.perVerifiedUsd === null ? "none was verified" : usd(cost.perVerifiedUsd)}`,
      ),
    ]),
    section("Time", [
      bars(
        "Median time of each step",
        time.map(({ step, seconds }) => ({
          label: step,
          value: seconds.median,
          text: `${spreadText(seconds, duration)}, ${seconds.n} runs`,
        })),
      ),
    ]),
    section("E-mails: how much was edited?", [
      paragraph(`${emails.drafts} drafts, ${emails.edited} of them edited`),
      ...(emails.editedShare === null
        ? []
        : [
            paragraph(
              `Edited drafts, characters changed of characters generated, median: ${spreadText(emails.editedShare, percent)}`,
            ),
          ]),
    ]),
  ];
  const title = `Campaign ${evaluation.campaign}: evaluation`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${html(title)}</title>
<style>
:root { color-scheme: light dark; --bar: #3a6ea5; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid currentColor; }
svg { display: block; width: 100%; height: auto; margin: 1rem 0; }
svg text { font: 13px system-ui, sans-serif; fill: currentColor; }
svg rect { fill: var(--bar); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; vertical-align: top; border-bottom: 1px solid #8884; }
td { overflow-wrap: anywhere; }
</style>
</head>
<body>
<h1>${html(title)}</h1>
<p>${evaluation.projects} projects, ${reliability.runs} runs, as of ${html(evaluation.at)}.</p>
${sections.join("\n")}
</body>
</html>
`;
}

function section(title: string, parts: readonly string[]): string {
  return `<section>\n<h2>${html(title)}</h2>\n${parts.join("\n")}\n</section>`;
}

function paragraph(text: string): string {
  return `<p>${html(text)}</p>`;
}

/** Horizontal bars with their values; the longest takes the width that is left beside the words. */
function bars(title: string, rows: readonly Bar[]): string {
  const most = Math.max(...rows.map(({ value }) => value), Number.MIN_VALUE);
  const widest = WIDTH_PX - LABEL_PX - 230;
  const height = rows.length * BAR_PX + 4;
  const lines = rows.map(({ label, value, text }, index) => {
    const y = index * BAR_PX;
    const width = Math.max(value > 0 ? 1 : 0, (value / most) * widest);
    return `<text x="${LABEL_PX - 8}" y="${y + 16}" text-anchor="end">${html(label)}</text><rect x="${LABEL_PX}" y="${y + 4}" width="${width.toFixed(1)}" height="${BAR_PX - 7}"/><text x="${(LABEL_PX + width + 6).toFixed(1)}" y="${y + 16}">${html(text)}</text>`;
  });
  return `<figure><figcaption>${html(title)}</figcaption>\n<svg viewBox="0 0 ${WIDTH_PX} ${height}" role="img" aria-label="${html(title)}">${lines.join("")}</svg></figure>`;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, texts: readonly string[]): string =>
    texts.map((text) => `<${tag}>${html(text)}</${tag}>`).join("");
  return `<table><thead><tr>${cells("th", titles)}</tr></thead><tbody>${rows
    .map((row) => `<tr>${cells("td", row)}</tr>`)
    .join("")}</tbody></table>`;
}

function html(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
