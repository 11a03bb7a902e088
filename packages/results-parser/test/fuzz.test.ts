import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { parseExperiments, parseSummary, parseTranscript } from "@universe-optimize/results-parser";

const read = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const SUMMARY = read("summary.json");
const EXPERIMENTS = read("results.tsv");
const TRANSCRIPT = read("transcript.jsonl");

const NASTY = [
  "\u0000",
  "\u001b[2J",
  "\u001b]0;x\u0007",
  "\u202e",
  "\r\n",
  "\t",
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "null",
  "NaN",
  "1e999",
  "-",
  "{{ 7 | times: 6 }}",
  "{% include x %}",
  "<script>",
  "__proto__",
  '"__proto__":{"x":1},',
  "\ud800",
  "\ufeff",
  "../",
];
/** One edit of a text: where (as a share of its length), how much goes, what comes. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.integer({ min: 0, max: 30 }),
  insert: fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: "binary", maxLength: 8 })),
});
const edits = fc.array(edit, { minLength: 1, maxLength: 6 });

function mutate(text: string, changes: readonly { at: number; remove: number; insert: string }[]): string {
  return changes.reduce((current, { at, remove, insert }) => {
    const start = Math.floor(at * current.length);
    return current.slice(0, start) + insert + current.slice(start + remove);
  }, text);
}

const PROTOTYPE = Object.getOwnPropertyNames(Object.prototype).toSorted();
afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(PROTOTYPE);
});

/** Every text in `value`, keys too, is safe to show; line breaks only where `lines` allows them. */
function expectClean(value: unknown, lines = false): void {
  if (typeof value === "string") {
    expect(value).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    expect(lines ? value.replace(/[\n\t]/g, "") : value).not.toMatch(/\p{Cc}/u);
    expect(value.isWellFormed()).toBe(true);
  } else if (typeof value === "number") {
    expect(Number.isFinite(value)).toBe(true);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      expectClean(key);
      expectClean(inner, lines || key === "lastResult");
    }
  }
}

describe("results that are damaged or hostile", () => {
  it("never makes parseSummary throw", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          edits.map((changes) => mutate(SUMMARY.toString(), changes)),
          fc.json(),
          fc.string({ unit: "binary" }),
        ),
        (text) => {
          const { summary, issues } = parseSummary(text);
          expectClean(summary);
          expectClean(issues);
          for (const { commit, file, benchmark } of summary?.optimizations ?? []) {
            expect(commit ?? "0000000").toMatch(/^[0-9a-f]{7,40}$/);
            expect(file).not.toMatch(/^\/|(?:^|\/)\.\.(?:\/|$)/);
            if (benchmark !== null) expect(benchmark.file).toMatch(/^benchmarks\/./);
          }
          if (summary === null) expect(issues.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("never makes parseSummary lose a neighbour of a wrong field", () => {
    const good = JSON.parse(SUMMARY.toString()) as Record<string, unknown>;
    const keys = Object.keys(good);
    const strict = parseSummary(SUMMARY.toString()).summary as unknown as Record<string, unknown>;
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
        const summary = parseSummary(JSON.stringify({ ...good, [key]: value })).summary as unknown as Record<
          string,
          unknown
        >;
        const changed =
          key === "headline_stats"
            ? "headline"
            : key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
        for (const name of Object.keys(strict))
          if (name !== changed) expect(summary[name]).toEqual(strict[name]);
      }),
      { numRuns: 300 },
    );
  });

  it("never makes parseExperiments throw", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          edits.map((changes) => mutate(EXPERIMENTS.toString(), changes)),
          fc.string({ unit: "binary" }),
        ),
        (text) => {
          const { experiments, issues } = parseExperiments(text);
          expectClean(experiments);
          expectClean(issues);
          const counted = Object.values(experiments?.counts ?? {}).reduce((sum, count) => sum + count, 0);
          expect(counted).toBe(experiments?.rows.length ?? 0);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("never makes parseTranscript throw", async () => {
    const bytes = fc.oneof(
      edits.map((changes) => Buffer.from(mutate(TRANSCRIPT.toString(), changes))),
      edits.map((changes) => Buffer.from(mutate(TRANSCRIPT.toString("latin1"), changes), "latin1")),
      fc.uint8Array({ maxLength: 300 }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 4000 }), async (log, size) => {
        async function* chunks(): AsyncGenerator<Uint8Array> {
          for (let at = 0; at < log.length; at += size) yield log.subarray(at, at + size);
        }
        const transcript = await parseTranscript(chunks());
        expectClean(transcript);
        expect(transcript.unreadableLines).toBeLessThanOrEqual(transcript.lines);
      }),
      { numRuns: 300 },
    );
  });
});
