import type { Readable } from "node:stream";

import { cleanText } from "../clean-text.ts";
import { ForkError } from "../errors.ts";
import { gitFailed, startGit, type GitCall } from "./start-git.ts";

export interface GitResult {
  readonly exitCode: number;
  /** Without the line end at its end. */
  readonly stdout: string;
  /** The last of it, without terminal escapes. */
  readonly stderr: string;
}

const stdoutLimit = 4 * 1024 * 1024;

/**
 * Runs git, feeds it `input`, and resolves whatever its exit code is. For short answers: more than 4 MiB of output is
 * `git_failed`. Throws as `startGit` does.
 */
export async function runGit(
  args: readonly string[],
  call: GitCall = {},
  input?: Readable,
): Promise<GitResult> {
  const running = startGit(args, input ? { ...call, feed: true } : call);
  if (input && running.stdin) {
    // git may end before it has read everything; its exit code then says why.
    running.stdin.on("error", () => input.destroy());
    input.on("error", running.kill);
    input.pipe(running.stdin);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  running.stdout?.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= stdoutLimit) chunks.push(chunk);
    else running.kill();
  });
  try {
    const exitCode = await running.exitCode();
    if (size > stdoutLimit) throw tooMuch(args, call.repo);
    const stdout = Buffer.concat(chunks).toString("utf8").replace(/\n$/, "");
    return { exitCode, stdout, stderr: cleanText(running.stderr(), 2000) };
  } catch (error) {
    throw size > stdoutLimit ? tooMuch(args, call.repo) : error;
  } finally {
    input?.destroy();
  }
}

/** As `runGit`; an exit code other than 0 is `git_failed` with git's words. Resolves to standard output. */
export async function git(args: readonly string[], call: GitCall = {}, input?: Readable): Promise<string> {
  const { exitCode, stdout, stderr } = await runGit(args, call, input);
  if (exitCode !== 0) throw gitFailed(args, exitCode, stderr, call.repo);
  return stdout;
}

function tooMuch(args: readonly string[], repo: string | undefined): ForkError {
  const text = `git ${args[0]} printed more than ${stdoutLimit} bytes where a short answer was expected. Look at the repository.`;
  return new ForkError("git_failed", text, { repo });
}
