import type { Readable } from "node:stream";

import { execa } from "execa";

import { ForkError } from "../errors.ts";
import { cleanText } from "../clean-text.ts";
import { gitEnvironment, guardOptions } from "./environment.ts";

export interface GitCall {
  /** The bare repository that the command is about. */
  readonly gitDir?: string;
  readonly signal?: AbortSignal | undefined;
  /** Default: 1 hour. */
  readonly timeoutMs?: number | undefined;
  readonly input?: Readable;
  /** File to read standard input from, or to write standard output to. */
  readonly inputFile?: string;
  readonly outputFile?: string;
  /** For the error. */
  readonly repo?: string | undefined;
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: string;
  /** The last 8 KiB of it, without terminal escapes. */
  readonly stderr: string;
}

export const defaultTimeoutMs: number = 60 * 60 * 1000;
const stdoutLimit = 4 * 1024 * 1024;
const stderrLimit = 8 * 1024;

/**
 * Runs git isolated from every configuration but this package's, and resolves whatever its exit code is. Throws
 * `git_failed` when git is missing, is killed or takes too long (retryable), and the signal's reason when aborted.
 */
export async function runGit(args: readonly string[], call: GitCall = {}): Promise<GitResult> {
  const { gitDir, signal, timeoutMs = defaultTimeoutMs, input, inputFile, outputFile } = call;
  signal?.throwIfAborted();
  const place = gitDir === undefined ? [] : [`--git-dir=${gitDir}`];
  const subprocess = execa("git", [...guardOptions, ...place, ...args], {
    env: gitEnvironment(),
    extendEnv: false,
    reject: false,
    timeout: timeoutMs,
    maxBuffer: stdoutLimit,
    stripFinalNewline: true,
    buffer: { stderr: false },
    ...(signal ? { cancelSignal: signal } : {}),
    ...(inputFile === undefined
      ? { stdin: input === undefined ? "ignore" : "pipe" }
      : { stdin: { file: inputFile } }),
    ...(outputFile === undefined ? {} : { stdout: { file: outputFile }, buffer: false }),
  } as const);
  let stderr = "";
  subprocess.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-stderrLimit);
  });
  if (input && subprocess.stdin) {
    // git may end before it has read everything; its exit code then says why.
    subprocess.stdin.on("error", () => input.destroy());
    input.on("error", () => subprocess.kill());
    input.pipe(subprocess.stdin);
  }

  const result = await subprocess;
  input?.destroy();
  signal?.throwIfAborted();
  if (result.exitCode === undefined) throw failedToRun(args, result, timeoutMs, call.repo);
  const stdout = typeof result.stdout === "string" ? result.stdout : "";
  return { exitCode: result.exitCode, stdout, stderr: cleanText(stderr, 2000) };
}

/** As `runGit`; an exit code other than 0 is `git_failed` with git's words. Resolves to standard output. */
export async function git(args: readonly string[], call: GitCall = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await runGit(args, call);
  if (exitCode !== 0) throw gitFailed(args, exitCode, stderr, call.repo);
  return stdout;
}

export function gitFailed(
  args: readonly string[],
  exitCode: number,
  stderr: string,
  repo?: string,
): ForkError {
  const words = cleanText(stderr, 500) || "it said nothing";
  return new ForkError("git_failed", `git ${args[0]} ended with exit code ${exitCode}: ${words}`, {
    repo,
  });
}

interface Failure {
  readonly timedOut: boolean;
  readonly isMaxBuffer: boolean;
  readonly code?: string | undefined;
  readonly signal?: string | undefined;
  readonly cause?: unknown;
}

export function failedToRun(
  args: readonly string[],
  failure: Failure,
  timeoutMs: number,
  repo?: string,
): ForkError {
  const facts = { cause: failure.cause, repo };
  if (failure.code === "ENOENT") {
    return new ForkError(
      "git_failed",
      "git was not found on PATH. Install git 2.32 or newer.",
      facts,
    );
  }
  if (failure.timedOut) {
    const text = `git ${args[0]} did not end within ${timeoutMs / 1000} s. Try again, or allow more time.`;
    return new ForkError("git_failed", text, { ...facts, retryable: true });
  }
  if (failure.isMaxBuffer) {
    return new ForkError(
      "git_failed",
      `git ${args[0]} printed more than ${stdoutLimit} bytes.`,
      facts,
    );
  }
  const why = failure.signal ?? failure.code ?? "an unknown reason";
  const text = `git ${args[0]} was ended by ${why}. Look for a lack of memory, then try again.`;
  return new ForkError("git_failed", text, { ...facts, retryable: true });
}
