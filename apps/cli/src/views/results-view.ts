import type { RunResults } from "@universe-optimize/results-parser";
import type { OptimizationRow, ProjectRow } from "@universe-optimize/state-store";
import { columns } from "../output/columns.ts";
import { type Costs, costsText } from "./costs-view.ts";

/** What `uo results` shows of one project. */
export interface ResultsFacts {
  readonly row: ProjectRow;
  readonly branchUrl: string | null;
  /** The branch that has the verified commits alone; null: mails point to the run's own. */
  readonly verifiedBranch: { readonly url: string; readonly commits: number; readonly total: number } | null;
  /** Why they do, although it shows more than was verified; null: it does not. */
  readonly branchNote: string | null;
  readonly optimizations: readonly OptimizationRow[];
  readonly counts: RunResults["counts"];
  /** Headline totals: percent and MiB; null where nobody says. */
  readonly totals: { readonly cpuPct: number | null; readonly memoryMib: number | null };
  readonly costs: Costs;
  readonly reason: string | null;
  /** The proof's report relative to the campaign; null: none. */
  readonly report: string | null;
  /** Folder of the drafts relative to the campaign; null: none. */
  readonly emails: string | null;
}

const TOP = 4;

/** The specification's text. */
export function resultsText(facts: ResultsFacts, options: { readonly all: boolean }): string {
  const { row, counts } = facts;
  const lines = [`Project: ${row.repo}`, `Status: ${row.status}`];
  if (facts.reason !== null) lines.push(`Reason: ${facts.reason}`);
  if (facts.branchUrl !== null) lines.push(`Branch: ${facts.branchUrl}`);
  if (facts.verifiedBranch !== null) {
    const { url, commits, total } = facts.verifiedBranch;
    lines.push(`Verified: ${url} (${commits} of ${total} commits, each measured on its own parent)`);
  }
  if (facts.branchNote !== null) lines.push(`Note: ${facts.branchNote}.`);
  if (counts.experiments !== null)
    lines.push(
      `Experiments: ${counts.experiments} total (${counts.kept ?? "?"} kept, ${counts.discarded ?? "?"} discarded)`,
    );
  const isMeasured = facts.optimizations.some(({ lower }) => lower !== null);
  const counted = facts.optimizations.filter(({ label }) =>
    isMeasured ? label === "verified" : label !== "unverifiable" && label !== "not_reproduced",
  );
  const refused = facts.optimizations.filter((claim) => !counted.includes(claim));
  lines.push("", ...optimizationLines(counted, options.all, isMeasured));
  if (isMeasured) lines.push("", ...claimLines(facts));
  else if (refused.length > 0)
    lines.push(
      "",
      "Not counted:",
      ...refused.map(
        (claim) => `  ${claim.function_name || "(no name)"}: ${claim.reason ?? "cannot be verified"}`,
      ),
    );
  const headline = headlineOf(facts.totals);
  if (headline !== null) lines.push("", `Headline: ${headline}`);
  if (facts.costs.usd > 0) lines.push("", `Cost: ${costsText(facts.costs)}`);
  const contact = contactOf(row);
  lines.push("", ...(contact === null ? [] : [`Contact: ${contact}`]));
  lines.push(`Emails: ${facts.emails === null ? "none" : `${facts.emails}/`}`);
  if (counted.some(({ label }) => label === "unproven"))
    lines.push("", "These numbers are the agent's own: unproven until they are measured again.");
  return `${lines.join("\n")}\n`;
}

/** Claim, measured value with its interval, verdict and reason side by side. */
function claimLines({ optimizations, report }: ResultsFacts): string[] {
  const rows = optimizations.map((row) => [
    row.function_name || "(no name)",
    row.commit_sha?.slice(0, 10) ?? "--",
    claimOf(row),
    measuredOf(row),
    row.label.replaceAll("_", " "),
    row.reason ?? "",
  ]);
  const titles = ["  Claim", "Commit", "Claimed", "Measured [99% interval]", "Verdict", "Reason"];
  const table = columns(
    titles.map((title) => ({ title })),
    rows.map(([name, ...rest]) => [`  ${name}`, ...rest]),
  );
  return [
    "Claims, measured again:",
    ...table.trimEnd().split("\n"),
    ...(report === null ? [] : [`Proof: ${report}`]),
  ];
}

function claimOf(row: OptimizationRow): string {
  if (row.speedup !== null) return `${oneDecimal(row.speedup)}x`;
  return row.memory_mib === null ? (row.speedup_text ?? row.memory_text ?? "--") : `-${row.memory_mib} MiB`;
}

function measuredOf({ lower, upper, quoted, quoted_mib }: OptimizationRow): string {
  const saved = quoted_mib === null ? null : `-${Math.floor(quoted_mib)} MiB`;
  if (lower === null || upper === null) return saved ?? "--";
  const interval = `[${lower.toFixed(2)}, ${upper.toFixed(2)}]`;
  return `${quoted === null ? "" : `${quoted.toFixed(2)}x `}${interval}${saved === null ? "" : ` ${saved}`}`;
}

function optimizationLines(rows: readonly OptimizationRow[], all: boolean, isMeasured: boolean): string[] {
  if (rows.length === 0) return [isMeasured ? "No optimization was verified." : "No optimizations."];
  const ratio = (row: OptimizationRow): number => row.quoted ?? row.speedup ?? 0;
  const sorted = rows.toSorted((a, b) => ratio(b) - ratio(a) || a.position - b.position);
  const shown = all ? sorted : sorted.slice(0, TOP);
  const width = Math.max(18, ...shown.map((row) => row.function_name.length));
  const gain = Math.max(11, ...shown.map((row) => gainOf(row).length));
  return [
    "Top optimizations:",
    ...shown.map((row, index) =>
      `  ${index + 1}. ${row.function_name.padEnd(width)}  ${gainOf(row).padEnd(gain)}   ${row.technique || row.description}`.trimEnd(),
    ),
    ...(shown.length < sorted.length ? ["  ..."] : []),
  ];
}

/** Rounded down: what is shown is never more than what was said. */
function gainOf(row: OptimizationRow): string {
  const ratio = row.quoted ?? (row.lower === null ? row.speedup : null);
  if (ratio !== null && ratio > 1) return `${oneDecimal(ratio)}x faster`;
  if (row.quoted_mib !== null) return `-${Math.floor(row.quoted_mib)} MiB`;
  if (row.memory_mib !== null && row.memory_mib > 0) return `-${Math.floor(row.memory_mib)} MiB`;
  return row.speedup_text ?? row.memory_text ?? "--";
}

function oneDecimal(ratio: number): string {
  return (Math.floor(ratio * 10 + 1e-9) / 10).toFixed(1);
}

function headlineOf({ cpuPct, memoryMib }: ResultsFacts["totals"]): string | null {
  const parts = [
    ...(cpuPct === null || cpuPct <= 0 ? [] : [`${Math.floor(cpuPct)}% total CPU improvement`]),
    ...(memoryMib === null || memoryMib <= 0 ? [] : [`${Math.floor(memoryMib)} MiB memory saved`]),
  ];
  return parts.length === 0 ? null : parts.join(", ");
}

function contactOf({ contact_name, contact_title, contact_email }: ProjectRow): string | null {
  if (contact_name === null) return null;
  return `${contact_name}${contact_title === null || contact_title === "" ? "" : ` (${contact_title})`} -- ${contact_email ?? "no address yet"}`;
}
