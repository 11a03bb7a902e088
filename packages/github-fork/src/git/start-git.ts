import type { Readable, Writable } from "node:stream";

import { execa } from "execa";

import { cleanText } from "../clean-text.ts";
import { ForkError } from "../errors.ts";
import { gitEnvironment, guardOptions } from "./environment.ts";
import { credentialEnvironment, credentialOptions } from "./credential.ts";
import { endGroupOn } from "./end-group.ts";

/** A token for one server, handed to one run of git: through its environment, never an argument, a URL or a file. */
export interface GitCredential {
  /** Origin of the server, `https://github.com`: no other host is given the token. */
  readonly server: string;
  readonly token: string;
}

export interface GitCall {
  /** The bare repository that the command is about. */
  readonly gitDir?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: 1 hour. */
  readonly timeoutMs?: number | undefined;
  /** File to read standard input from, or to write standard output to. */
  readonly inputFile?: string;
  readonly outputFile?: string;
  /** Whether standard input is to be written to. */
  readonly feed?: boolean;
  readonly credential?: GitCredential | undefined;
  /** For the error. */
  readonly repo?: string | undefined;
}

export interface RunningGit {
  readonly stdin: Writable | null;
  /** null: it goes to a file. */
  readonly stdout: Readable | null;
  /** The last 8 KiB of what it said so far. */
  stderr(): string;
  /** Ends git and its children. */
  kill(): void;
  /**
   * Its exit code, after it and everything that holds its output open has ended. Throws `git_failed` when git is
   * missing, was killed or took too long (retryable), and the signal's reason when aborted.
   */
  exitCode(): Promise<number>;
}

const defaultTimeoutMs = 60 * 60 * 1000;
const stderrLimit = 8 * 1024;

/** Starts git isolated from every configuration but this package's. Nobody but the caller reads its output. */
export function startGit(args: readonly string[], call: GitCall): RunningGit {
  const { gitDir, signal, timeoutMs = defaultTimeoutMs, inputFile, outputFile, repo, credential } = call;
  signal?.throwIfAborted();
  const place = gitDir === undefined ? [] : [`--git-dir=${gitDir}`];
  const unread = call.feed ? "pipe" : "ignore";
  const subprocess = execa("git", [...guardOptions, ...credentialOptions(credential), ...place, ...args], {
    env: { ...gitEnvironment(), ...credentialEnvironment(credential) },
    extendEnv: false,
    reject: false,
    buffer: false,
    // A group of its own: git leaves the network to children, which outlive it and hold its output open. It also
    // has no terminal then, so nothing can ask a question.
    detached: true,
    stdin: inputFile === undefined ? unread : { file: inputFile },
    stdout: outputFile === undefined ? "pipe" : { file: outputFile },
  });
  const end = endGroupOn(subprocess.pid, signal, timeoutMs);
  let stderr = "";
  subprocess.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-stderrLimit);
    if (credential) stderr = stderr.replaceAll(credential.token, "***");
  });

  const exitCode = async (): Promise<number> => {
    const result = await subprocess;
    end.settle();
    signal?.throwIfAborted();
    if (result.exitCode !== undefined && !end.timedOut()) return result.exitCode;
    const facts = { repo, cause: result.cause };
    if (result.code === "ENOENT") {
      throw new ForkError("git_failed", "git was not found on PATH. Install git 2.32 or newer.", facts);
    }
    const why = end.timedOut()
      ? `did not end within ${timeoutMs / 1000} s. Try again, or allow more time.`
      : `was ended by ${result.signal ?? result.code ?? "an unknown reason"}. Look for a lack of memory, then try again.`;
    throw new ForkError("git_failed", `git ${args[0]} ${why}`, { ...facts, retryable: true });
  };
  return {
    stdin: subprocess.stdin ?? null,
    stdout: subprocess.stdout ?? null,
    stderr: () => stderr,
    kill: end.kill,
    exitCode,
  };
}

/** The error for an exit code that was not expected, with git's words. */
export function gitFailed(
  args: readonly string[],
  exitCode: number,
  stderr: string,
  repo?: string,
): ForkError {
  const words = cleanText(stderr, 500) || "it said nothing";
  return new ForkError("git_failed", `git ${args[0]} ended with exit code ${exitCode}: ${words}`, { repo });
}
