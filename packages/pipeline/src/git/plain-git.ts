import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { PipelineError } from "../errors.ts";
import { printable } from "../printable.ts";

const run = promisify(execFile);

export interface PlainGitOptions {
  /** What git reads from its standard input. Default: nothing. */
  readonly stdin?: Buffer;
  /** One character for each byte that was printed, and nothing trimmed. Default: UTF-8, trimmed. */
  readonly bytes?: boolean;
}

/**
 * Runs git with no configuration but the repository's own, without hooks and without a question to a person; returns what it printed.
 *
 * @throws PipelineError `git_failed` with git's own words and its exit status as `exitCode`
 */
export async function plainGit(
  words: readonly string[],
  signal: AbortSignal,
  options: PlainGitOptions = {},
): Promise<string> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: process.platform === "win32" ? "NUL" : "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
  };
  try {
    const args = ["-c", "core.hooksPath=/dev/null", ...words];
    const encoding = options.bytes === true ? "latin1" : "utf8";
    const running = run("git", args, { env, signal, maxBuffer: 1 << 24, timeout: 600_000, encoding });
    // A git that ended without reading is told by its exit status.
    running.child.stdin?.on("error", () => {}).end(options.stdin);
    const { stdout } = await running;
    return options.bytes === true ? stdout : stdout.trim();
  } catch (cause) {
    signal.throwIfAborted();
    const { stderr = "", code = null } = cause as { stderr?: string; code?: number | null };
    const what = words[0] === "-C" ? words[2] : words[0];
    throw new PipelineError("git_failed", `git ${what} failed: ${printable(stderr).trim().slice(-500)}`, {
      cause,
      exitCode: typeof code === "number" ? code : null,
    });
  }
}
