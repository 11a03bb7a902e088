import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

import { LineBuffer } from "./line-buffer.ts";

export interface RunOptions {
  /** Program and arguments; no shell. */
  readonly command: readonly [string, ...string[]];
  /** The child's whole environment. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Written to standard input, which is then closed. Default: an empty input. */
  readonly stdin?: string;
  /** The child and its process group are killed after this long, and the promise rejects. Default: 120,000. */
  readonly timeoutMs?: number;
}

export interface RunUntilKilledOptions extends RunOptions {
  /** Called with each complete line of standard output and its number from 0; or a time after the start. */
  readonly when: ((line: string, index: number) => boolean) | { readonly afterMs: number };
}

export interface ChildRun {
  /** Whether SIGKILL went out; false: the child ended before `when` held. */
  readonly killed: boolean;
  /** null: ended by a signal. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Lines of standard output without their ends; the last may be an incomplete one. */
  readonly lines: readonly string[];
}

/** How long output may still come after the child's own end, when children of it hold the pipe open. */
const drainMs = 200;

/** Runs a child to its own end. Rejects when it cannot be started or takes longer than `timeoutMs`. */
export function runToEnd(options: RunOptions): Promise<ChildRun> {
  return runUntilKilled({ ...options, when: () => false });
}

/**
 * Runs a child in a process group of its own and sends SIGKILL to that one process as soon as `when` holds. Its children
 * live on, as they do when an orchestrator dies. Resolves as well when the child ends by itself: look at `killed`.
 */
export async function runUntilKilled(options: RunUntilKilledOptions): Promise<ChildRun> {
  const { command, env = process.env, cwd, stdin, when, timeoutMs = 120_000 } = options;
  // Not through a wrapper that waits for the pipes' ends: a grandchild may hold them open for hours.
  const child = spawn(command[0], command.slice(1), {
    env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const ended = once(child, "exit") as Promise<[number | null]>;
  const closed = once(child, "close");
  closed.catch(() => {});
  child.stdin.on("error", () => {}); // the child need not read its input
  child.stdin.end(stdin ?? "");

  let killed = false;
  const kill = (): void => {
    if (!killed && child.exitCode === null && child.signalCode === null) killed = child.kill("SIGKILL");
  };
  const lines: string[] = [];
  const stdout = new LineBuffer((line) => {
    lines.push(line);
    if (typeof when === "function" && !killed && when(line, lines.length - 1)) kill();
  });
  let broken: unknown = null;
  child.stdout.on("data", (chunk: Buffer) => {
    try {
      stdout.add(chunk);
    } catch (error) {
      broken ??= error; // `when` threw: a mistake in the test, told after the child is gone
      kill();
    }
  });
  const stderr: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));

  const timer = typeof when === "function" ? null : setTimeout(kill, when.afterMs);
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    if (child.pid !== undefined) killGroup(child.pid);
  }, timeoutMs);
  try {
    const [exitCode] = await ended;
    await Promise.race([closed, delay(drainMs)]);
    child.stdout.destroy();
    child.stderr.destroy();
    stdout.end();
    if (late) throw new Error(`${command.join(" ")} did not end within ${timeoutMs} ms: ${stdout.text}`);
    if (broken !== null) throw broken;
    return {
      killed,
      exitCode,
      stdout: stdout.text,
      stderr: Buffer.concat(stderr).toString("utf8"),
      lines,
    };
  } finally {
    if (timer) clearTimeout(timer);
    clearTimeout(deadline);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}
