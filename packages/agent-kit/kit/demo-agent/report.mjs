// The results' files, each from the state alone.
import path from "node:path";
import { writeWhole } from "./write-whole.mjs";

const COLUMNS = ["experiment", "status", "pattern", "target", "before", "after", "improvement", "timestamp", "commit"];

/** results.tsv, HANDOFF.md and measurements.json: rewritten after every attempt. */
export async function writeNotes(directory, brief, state, outcome) {
  await writeWhole(path.join(directory, "results.tsv"), table(state));
  await writeWhole(path.join(directory, "HANDOFF.md"), handoff(brief, state, outcome));
  const samples = state.results().map(({ change, status, reason, measurement }) => ({ name: change.name, status, reason, measurement }));
  await writeWhole(path.join(directory, "measurements.json"), `${JSON.stringify(samples, null, 2)}\n`);
}

/** summary.json: written once, at the end. */
export async function writeSummary(directory, brief, state, outcome) {
  const kept = state.kept().toSorted((a, b) => b.speedup - a.speedup);
  const before = sum(kept.map((entry) => entry.measurement.beforeSeconds));
  const after = sum(kept.map((entry) => entry.measurement.afterSeconds));
  const summary = {
    repo: brief.repo,
    language: brief.language,
    branch: brief.branch,
    total_experiments: state.results().length,
    total_keeps: kept.length,
    total_discards: state.discarded().length,
    optimizations: kept.map((entry) => ({
      commit: entry.commit,
      function: entry.change.function,
      file: entry.change.file,
      description: entry.change.description,
      cpu_speedup: faster(entry.speedup),
      memory_reduction: null,
      technique: entry.change.technique,
      benchmark: entry.change.benchmark,
    })),
    headline_stats: {
      best_single_speedup: kept.length === 0 ? null : faster(kept[0].speedup),
      best_function: kept.length === 0 ? null : kept[0].change.function,
      total_cpu_improvement_pct: before === 0 ? 0 : Math.floor((1 - after / before) * 1000) / 10,
      total_memory_saved_mb: 0,
    },
    pr_ready_commits: kept.length,
    status: outcome.status,
    error: outcome.error,
  };
  await writeWhole(path.join(directory, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
}

function table(state) {
  const rows = state.results().map((entry) => [
    entry.change.name,
    entry.status,
    entry.change.technique,
    entry.change.function,
    entry.measurement ? milliseconds(entry.measurement.beforeSeconds) : "-",
    entry.measurement ? milliseconds(entry.measurement.afterSeconds) : "-",
    entry.measurement ? improvement(entry) : `(${entry.reason})`,
    entry.at,
    entry.commit ?? "-",
  ]);
  if (state.baseline !== null) {
    rows.unshift(["baseline", "baseline", "-", "test suite", milliseconds(state.baseline.testSeconds), "-", "-", state.baseline.at, "-"]);
  }
  return [COLUMNS, ...rows].map((cells) => `${cells.map(oneCell).join("\t")}\n`).join("");
}

function handoff(brief, state, outcome) {
  const section = (title, entries) => (entries.length === 0 ? [] : ["", `## ${title}`, "", ...entries.map(attempt)]);
  return `${[
    `# ${brief.repo}: hand-off`,
    "",
    `Branch \`${brief.branch}\`, from ${brief.baseSha}. ${state.results().length} changes tried.`,
    ...(outcome.error === null ? [] : ["", `The run failed: ${outcome.error}`]),
    ...section("Kept", state.kept()),
    ...section("Discarded", state.discarded()),
    "",
    "## How it was measured",
    "",
    "Each change was measured against its parent: fresh processes, old and new alternating in random order, a new seed for each",
    "pair, medians over the pairs, start-up included. The total improvement compares the sums of those medians over the kept",
    "changes. Memory was not measured. All samples are in measurements.json.",
  ].join("\n")}\n`;
}

function attempt({ change, reason }) {
  return `- **${change.function}** (${change.name}): ${change.description}. ${upperFirst(reason)}.`;
}

/** Rounded down: a claim is never more than what was measured. */
function faster(speedup) {
  return `${(Math.floor(speedup * 100) / 100).toFixed(2)}x faster`;
}

/** A discarded change has times but no claim. */
function improvement(entry) {
  return entry.status === "keep" ? faster(entry.speedup) : "(not measurably faster)";
}

function milliseconds(seconds) {
  return `${(seconds * 1000).toFixed(1)}ms`;
}

function oneCell(text) {
  return text.replaceAll(/[\t\r\n]+/g, " ");
}

function upperFirst(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
