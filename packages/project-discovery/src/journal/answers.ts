import { randomUUID } from "node:crypto";
import { z } from "zod";
import { openAppendLog } from "./append-log.ts";

/** One search for one set of criteria, from its beginning until all of its questions are answered. */
interface RunRecord {
  readonly id: string;
  readonly criteriaKey: string;
  /** When it began; "recent" is counted from here, however often it is taken up again. */
  readonly asOf: Date;
}

/**
 * Answers of a discovery, kept in a file. `ask` gives the answer that is there, or asks and keeps it before it gives it. A search
 * page belongs to its run; what a repository or a company is, is kept for later runs too.
 */
export interface Answers extends AsyncDisposable {
  readonly run: RunRecord;
  /** Answers of this run that were there already when the file was opened. */
  readonly kept: number;
  ask<T>(key: string, scope: AnswerScope, question: () => Promise<T>): Promise<T>;
  /** Notes that the run is complete: the next one with these criteria asks anew. */
  end(): Promise<void>;
}

/** `run`: for this run only; a number: for so many days. */
type AnswerScope = "run" | number;

const line = z.discriminatedUnion("t", [
  z.object({ t: z.literal("run"), id: z.string(), criteria: z.string(), at: z.string() }),
  z.object({ t: z.literal("answer"), run: z.string(), key: z.string(), at: z.string(), value: z.unknown() }),
  z.object({ t: z.literal("end"), run: z.string(), at: z.string() }),
]);

export interface AnswersOptions {
  readonly file: string;
  readonly criteriaKey: string;
  readonly now: () => Date;
  /** An unfinished run is taken up again for so long; then its pages are too old. */
  readonly resumeDays: number;
  /** Told when an answer has been written down. */
  readonly onKept?: (key: string) => void;
}

const DAY_MS = 86_400_000;

/** @throws DiscoveryError `busy`, `damaged` */
export async function openAnswers(options: AnswersOptions): Promise<Answers> {
  const { criteriaKey, now, resumeDays, onKept } = options;
  const log = await openAppendLog(options.file);
  try {
    const records = log.lines.flatMap((value) => {
      const read = line.safeParse(value);
      return read.success ? [read.data] : [];
    });
    const ended = new Set(records.flatMap((record) => (record.t === "end" ? [record.run] : [])));
    const open = records.findLast(
      (record) =>
        record.t === "run" &&
        record.criteria === criteriaKey &&
        !ended.has(record.id) &&
        now().getTime() - Date.parse(record.at) < resumeDays * DAY_MS,
    );
    const run =
      open?.t === "run"
        ? { id: open.id, criteriaKey, asOf: new Date(open.at) }
        : { id: randomUUID(), criteriaKey, asOf: now() };
    if (open === undefined)
      await log.append({ t: "run", id: run.id, criteria: criteriaKey, at: run.asOf.toISOString() });

    const ofRun = new Map<string, unknown>();
    const lasting = new Map<string, { readonly value: unknown; readonly at: number }>();
    let kept = 0;
    for (const record of records) {
      if (record.t !== "answer") continue;
      if (record.run === run.id) {
        ofRun.set(record.key, record.value);
        kept += 1;
      }
      lasting.set(record.key, { value: record.value, at: Date.parse(record.at) });
    }
    return {
      run,
      kept,
      async ask<T>(key: string, scope: AnswerScope, question: () => Promise<T>): Promise<T> {
        if (ofRun.has(key)) return ofRun.get(key) as T;
        const old = scope === "run" ? undefined : lasting.get(key);
        if (old !== undefined && scope !== "run" && run.asOf.getTime() - old.at < scope * DAY_MS)
          return old.value as T;
        const value = await question();
        await log.append({ t: "answer", run: run.id, key, at: now().toISOString(), value });
        ofRun.set(key, value);
        onKept?.(key);
        return value;
      },
      end: () => log.append({ t: "end", run: run.id, at: now().toISOString() }),
      [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
    };
  } catch (error) {
    await log[Symbol.asyncDispose]();
    throw error;
  }
}
