import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

import { ProverError } from "../errors.ts";
import { SAMPLE_SCRIPT } from "../sample-script.ts";
import { lastWords } from "./clean-text.ts";
import { endMarked } from "./end-marked.ts";
import { OutputTail } from "./output-tail.ts";
import { PeakMemory } from "./peak-memory.ts";
import { parseProcessStat, TICKS_PER_SECOND, type ProcessStat } from "./process-stat.ts";
import { killGroup } from "./run-tool.ts";

/** What became of one run. Everything that decides was seen by this process; texts are what repository code wrote. */
export interface Outcome {
  /** 128 + signal for a signal. */
  readonly exitCode: number;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputCut: boolean;
  /** By this process's monotonic clock, from the go-ahead to the end. */
  readonly seconds: number;
  /** Of the command and all its descendants, also of those that were left; null where the system does not tell. */
  readonly cpuSeconds: number | null;
  /** Processes that still ran when the command had ended. They were ended. */
  readonly left: number;
  /** Greatest resident memory; null unless asked for. */
  readonly peakMiB: number | null;
}

/** Runs one command under the supervisor. */
export async function runSupervised(run: {
  readonly prefix: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  /** A text that only this run's processes have in their environment. */
  readonly mark: string;
  readonly timeoutMs: number;
  readonly outputBytes: number;
  readonly watchMemory: boolean;
  readonly signal?: AbortSignal | undefined;
}): Promise<Outcome> {
  const words = Object.entries(run.settings).map(([key, value]) => `${key}=${value}`);
  const supervised = ["/bin/sh", SAMPLE_SCRIPT, ...words, "--", run.command];
  // /usr/bin/env is the first word, so that what follows may begin with any of the prefixes.
  const child = spawn("/usr/bin/env", [...run.prefix, ...supervised], {
    cwd: "/",
    env: run.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
  });
  const kill = (): void => killGroup(child.pid);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, run.timeoutMs);
  run.signal?.addEventListener("abort", kill, { once: true });
  try {
    const stdout = new OutputTail(child.stdout as Readable, run.outputBytes);
    const stderr = new OutputTail(child.stderr as Readable, Math.min(run.outputBytes, 65_536));
    const reports = child.stdio[3] as Readable;
    const go = child.stdio[4] as Writable;
    go.on("error", () => undefined);
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    let startedAt = 0n;
    let endedAt = 0n;
    let memory: PeakMemory | null = null;
    const lines = collectLines(reports, (line) => {
      if (line !== "ready") return;
      if (run.watchMemory && child.pid !== undefined) memory = new PeakMemory(child.pid);
      startedAt = process.hrtime.bigint();
      go.write("go\n");
    });
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        endedAt = process.hrtime.bigint();
        resolve(code ?? (signal === null ? 255 : 128 + 9));
      });
    });
    const peakMiB = (memory as PeakMemory | null)?.stop() ?? null;
    // Whoever left the group, or holds the pipes open, is found by what it inherited.
    const escaped = run.settings["spaces"] === "yes" ? 0 : await endMarked(run.mark);
    kill();
    await Promise.race([closed, delay(2000)]);
    for (const stream of child.stdio) stream?.destroy();
    run.signal?.throwIfAborted();
    if (startedAt === 0n && !timedOut) {
      throw new ProverError("command", `The supervisor could not prepare a run: ${lastWords(stderr.text())}`);
    }
    const { cpuSeconds, left } = usage(lines);
    return {
      exitCode,
      timedOut,
      stdout: stdout.text(),
      stderr: stderr.text(),
      outputCut: stdout.cut(),
      seconds: startedAt === 0n ? 0 : Number(endedAt - startedAt) / 1e9,
      cpuSeconds,
      left: left + escaped,
      peakMiB,
    };
  } finally {
    clearTimeout(timer);
    run.signal?.removeEventListener("abort", kill);
    kill();
  }
}

function collectLines(stream: Readable, onLine: (line: string) => void): string[] {
  const lines: string[] = [];
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("error", () => undefined);
  stream.on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = (parts.pop() ?? "").slice(0, 4096);
    for (const line of parts) {
      if (lines.length < 4096) lines.push(line);
      onLine(line);
    }
  });
  return lines;
}

/** What the supervisor and everything it waited for has used, and what was still there. */
function usage(lines: readonly string[]): { readonly cpuSeconds: number | null; readonly left: number } {
  const stats = (key: string): ProcessStat[] =>
    lines
      .filter((line) => line.startsWith(`${key} `))
      .map((line) => parseProcessStat(line.slice(key.length + 1)))
      .filter((stat) => stat !== null);
  const left = stats("left").filter((stat) => stat.state !== "Z");
  const before = stats("before")[0];
  const after = stats("after")[0];
  if (before === undefined || after === undefined) return { cpuSeconds: null, left: left.length };
  const ticks =
    after.childTicks -
    before.childTicks +
    left.reduce((sum, stat) => sum + stat.ownTicks + stat.childTicks, 0);
  return { cpuSeconds: ticks / TICKS_PER_SECOND, left: left.length };
}

async function delay(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
