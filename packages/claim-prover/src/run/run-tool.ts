import { spawn } from "node:child_process";

import { ProverError } from "../errors.ts";
import { OutputTail } from "./output-tail.ts";

export interface ToolOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program of the prover's own (git, tar, a version query) to its end. Output beyond `maxBytes` is cut at the front. Throws
 * `unsuited_machine` where the program is missing, `command` when it takes too long, and the signal's reason.
 */
export async function runTool(
  program: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolOutcome> {
  options.signal?.throwIfAborted();
  const timeoutMs = options.timeoutMs ?? 60_000;
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const kill = (): void => killGroup(child.pid);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, timeoutMs);
  options.signal?.addEventListener("abort", kill, { once: true });
  try {
    const stdout = new OutputTail(child.stdout, options.maxBytes ?? 8 * 2 ** 20);
    const stderr = new OutputTail(child.stderr, 2 ** 16);
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? 128));
    });
    options.signal?.throwIfAborted();
    if (late) {
      throw new ProverError("command", `${program} took longer than ${timeoutMs / 1000} s.`, {
        retryable: true,
      });
    }
    return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new ProverError("unsuited_machine", `${program} is not on this computer's PATH: install it.`, {
        cause: error,
      });
    }
    throw error;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", kill);
  }
}

/** Ends a process group that was started detached. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
