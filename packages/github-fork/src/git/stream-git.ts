import { execa } from "execa";

import { gitEnvironment, guardOptions } from "./environment.ts";
import { defaultTimeoutMs, failedToRun, gitFailed, type GitCall } from "./run-git.ts";

/** Runs git and hands out its standard output as it comes; throws like `git`. Leaving the loop early ends git. */
export async function* streamGit(
  args: readonly string[],
  call: Pick<GitCall, "gitDir" | "signal" | "timeoutMs" | "repo">,
): AsyncGenerator<Buffer, void, undefined> {
  const { gitDir, signal, timeoutMs = defaultTimeoutMs, repo } = call;
  signal?.throwIfAborted();
  const place = gitDir === undefined ? [] : [`--git-dir=${gitDir}`];
  const subprocess = execa("git", [...guardOptions, ...place, ...args], {
    env: gitEnvironment(),
    extendEnv: false,
    reject: false,
    buffer: false,
    timeout: timeoutMs,
    stdin: "ignore",
    ...(signal ? { cancelSignal: signal } : {}),
  });
  let stderr = "";
  subprocess.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-8192);
  });
  let whole = false;
  try {
    for await (const chunk of subprocess.stdout) yield chunk as Buffer;
    whole = true;
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    if (!whole) subprocess.kill();
  }
  const result = await subprocess;
  signal?.throwIfAborted();
  if (result.exitCode === undefined) throw failedToRun(args, result, timeoutMs, repo);
  if (result.exitCode !== 0) throw gitFailed(args, result.exitCode, stderr, repo);
}
