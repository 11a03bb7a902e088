import * as z from "zod";
import { branchName, command, count, lineOf, MAX_CHARS, percentage, summaryStatus } from "./fields.ts";
import { FieldReader } from "./field-reader.ts";
import { IssueList } from "./issues.ts";
import { parseMemory } from "./memory.ts";
import { readOptimization } from "./optimization.ts";
import { kindOf } from "./quantity.ts";
import { isJsonObject, ownValue, readJsonObject, type JsonObject } from "./read-json.ts";
import type { ClaimedOptimization, ResultsIssue, Summary } from "./results.ts";
import { parseSpeedup } from "./speedup.ts";

export const SUMMARY_FILE = "summary.json";
export const MAX_SUMMARY_BYTES: number = 8 * 2 ** 20;
const MAX_OPTIMIZATIONS = 1000;

const KNOWN_FIELDS = [
  "repo",
  "language",
  "branch",
  "total_experiments",
  "total_keeps",
  "total_discards",
  "optimizations",
  "headline_stats",
  "pr_ready_commits",
  "benchmark_command",
  "status",
  "error",
];

const name = lineOf(MAX_CHARS.name);

/**
 * Reads summary.json. Never throws. What is wrong with a field makes that field null and one entry of `issues`; a broken
 * optimization costs only itself. `summary` is null for a text of more than 8 MiB, a file that was cut off, what is no JSON
 * object, nests deeper than 64 levels or has none of the fields.
 *
 * Forgiven, with an issue: byte order mark (without one), Markdown fence, words around the object, trailing commas, NaN,
 * duplicate keys (the last counts). Numbers may be texts ("12", "twelve"). Unknown fields are left out.
 */
export function parseSummary(text: string): {
  summary: Summary | null;
  issues: readonly ResultsIssue[];
} {
  const issues = new IssueList(SUMMARY_FILE);
  const summary = read(text, issues);
  return { summary, issues: issues.toArray() };
}

function read(text: string, issues: IssueList): Summary | null {
  if (typeof text !== "string") {
    issues.add(`Expected the text of the file, found ${kindOf(text)}.`);
    return null;
  }
  // A character is at least one byte: the cheap question first.
  const bytes = text.length > MAX_SUMMARY_BYTES ? text.length : Buffer.byteLength(text);
  if (bytes > MAX_SUMMARY_BYTES) {
    issues.add(tooLarge(bytes));
    return null;
  }
  const object = readJsonObject(text, issues);
  if (object === null) return null;
  if (!KNOWN_FIELDS.some((key) => Object.hasOwn(object, key))) {
    issues.add(`The object has none of the fields of a summary (${KNOWN_FIELDS.join(", ")}).`);
    return null;
  }
  return readSummary(object, issues);
}

export function tooLarge(bytes: number): string {
  return `The file has more than ${MAX_SUMMARY_BYTES} bytes (${bytes}); it is not read.`;
}

function readSummary(object: JsonObject, issues: IssueList): Summary {
  const fields = new FieldReader(object, "", issues);
  return {
    repo: textOf(fields, "repo", name),
    language: textOf(fields, "language", name),
    branch: fields.read("branch", branchName),
    totalExperiments: fields.read("total_experiments", count),
    totalKeeps: fields.read("total_keeps", count),
    totalDiscards: fields.read("total_discards", count),
    optimizations: readOptimizations(ownValue(object, "optimizations"), issues),
    headline: readHeadline(fields, issues),
    prReadyCommits: fields.read("pr_ready_commits", count),
    benchmarkCommand: fields.read("benchmark_command", command),
    status: fields.read("status", summaryStatus),
    error: textOf(fields, "error", lineOf(MAX_CHARS.text)),
  };
}

function textOf(fields: FieldReader, key: string, schema: z.ZodType<string>): string | null {
  return fields.read(key, schema) || null;
}

function readOptimizations(value: unknown, issues: IssueList): readonly ClaimedOptimization[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    issues.add(`Expected a list, found ${kindOf(value)}; no optimization is read.`, {
      field: "optimizations",
    });
    return [];
  }
  if (value.length > MAX_OPTIMIZATIONS) {
    issues.add(`The list has ${value.length} entries; the first ${MAX_OPTIMIZATIONS} are read.`, {
      field: "optimizations",
    });
  }
  return value
    .slice(0, MAX_OPTIMIZATIONS)
    .map((entry: unknown, index) => readOptimization(entry, index, issues))
    .filter((entry) => entry !== null);
}

function readHeadline(top: FieldReader, issues: IssueList): Summary["headline"] {
  const value = top.raw("headline_stats");
  if (value !== undefined && value !== null && !isJsonObject(value)) {
    top.reject("headline_stats", `expected an object, found ${kindOf(value)}`);
  }
  const fields = new FieldReader(isJsonObject(value) ? value : {}, "headline_stats.", issues);
  return {
    bestSingleSpeedup: fields.quantity("best_single_speedup", parseSpeedup),
    bestFunction: textOf(fields, "best_function", name),
    totalCpuImprovementPct: fields.read("total_cpu_improvement_pct", percentage),
    totalMemorySavedMb: fields.read("total_memory_saved_mb", megabytes),
  };
}

/** MB of 10^6 bytes: 120, "120", "120 MB", "1.2 GiB". A bare number is in MB already, as the field's name says; a minus there is a growth. */
const megabytes: z.ZodType<number> = z
  .union([z.number(), z.string()], "expected a number")
  .transform((value, context) => {
    const megabytesSaved = typeof value === "number" ? value : megabytesOf(value);
    if (megabytesSaved !== null && Number.isFinite(megabytesSaved) && Math.abs(megabytesSaved) <= 1e9)
      return megabytesSaved;
    context.addIssue({
      code: "custom",
      message: "it says no amount of memory that can be believed",
    });
    return z.NEVER;
  });

function megabytesOf(text: string): number | null {
  const bare = /^[+-]?[\d.,e]+$/i.test(text.trim());
  if (bare) {
    const number = percentage.safeParse(text.trim());
    return number.success ? number.data : null;
  }
  const mib = parseMemory(text)?.value ?? null;
  // Back to the decimal megabytes of the field's name, without the noise of the two divisions.
  return mib === null ? null : Math.round(mib * 1.048576 * 1e6) / 1e6;
}
