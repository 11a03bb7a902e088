import type { Side } from "../build/make-side.ts";
import { lastWords, oneLine } from "../run/clean-text.ts";
import type { Sandbox } from "../run/sandbox.ts";
import type { Workload } from "./workload.ts";

/** One fresh process of a benchmark. */
export interface Sample {
  readonly seconds: number;
  readonly cpuSeconds: number | null;
  readonly peakMiB: number | null;
  readonly left: number;
  readonly digest: string;
}

/** The benchmark broke its contract on this side. */
export class WorkloadFailure extends Error {
  override readonly name = "WorkloadFailure";
  readonly commit: string;

  constructor(commit: string, message: string) {
    super(message);
    this.commit = commit;
  }
}

export interface Measure {
  readonly sandbox: Sandbox;
  readonly workload: Workload;
  /** One sample may take this long. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Point {
  readonly seed: number;
  readonly scale: number;
  /** Of the environment, in bytes. */
  readonly padding?: number;
  /** Of Python's hashes, the same for both of a pair. */
  readonly hashSeed?: number;
  readonly watchMemory?: boolean;
}

const MAX_DIGEST_CHARS = 4096;

/** Runs the benchmark once for a side. Throws `WorkloadFailure` unless it ends with 0 and one line, its digest. */
export async function runSample(measure: Measure, side: Side, point: Point): Promise<Sample> {
  const outcome = await measure.sandbox.run(
    {
      command: measure.workload.command,
      bench: measure.workload.bench,
      tree: side.tree,
      cwd: side.root,
      env: {
        ...side.env,
        UNIVERSE_SCALE: String(point.scale),
        UNIVERSE_SEED: String(point.seed),
        PYTHONHASHSEED: String(point.hashSeed ?? 0),
        PYTHONDONTWRITEBYTECODE: "1",
      },
      writable: false,
      network: false,
      pinned: true,
      padding: point.padding ?? 0,
      watchMemory: point.watchMemory ?? false,
      timeoutMs: measure.timeoutMs,
    },
    measure.signal,
  );
  const at = `at scale ${point.scale} and seed ${point.seed}`;
  if (outcome.timedOut) {
    throw new WorkloadFailure(
      side.commit,
      `took longer than ${Math.round(measure.timeoutMs / 1000)} s ${at}`,
    );
  }
  if (outcome.exitCode !== 0) {
    throw new WorkloadFailure(
      side.commit,
      `ended with ${outcome.exitCode} ${at}: ${lastWords(outcome.stderr)}`,
    );
  }
  const lines = outcome.stdout
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const [digest = ""] = lines;
  if (lines.length !== 1 || outcome.outputCut || digest.length > MAX_DIGEST_CHARS) {
    throw new WorkloadFailure(
      side.commit,
      `printed ${outcome.outputCut ? "far more than" : lines.length} lines instead of one digest ${at}`,
    );
  }
  const { seconds, cpuSeconds, peakMiB, left } = outcome;
  return { seconds, cpuSeconds, peakMiB, left, digest: oneLine(digest, MAX_DIGEST_CHARS) };
}
