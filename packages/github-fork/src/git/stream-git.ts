import { gitFailed, startGit, type GitCall } from "./start-git.ts";

/** Runs git and hands out its standard output as it comes; throws like `git`. Leaving the loop early ends git. */
export async function* streamGit(
  args: readonly string[],
  call: GitCall,
): AsyncGenerator<Buffer, void, undefined> {
  const running = startGit(args, call);
  let whole = false;
  try {
    for await (const chunk of running.stdout ?? []) yield chunk;
    whole = true;
  } catch (error) {
    if (!call.signal?.aborted) throw error;
  } finally {
    if (!whole) {
      running.kill();
      await running.exitCode().catch(() => {}); // it was ended; how does not matter
    }
  }
  const exitCode = await running.exitCode();
  if (exitCode !== 0) throw gitFailed(args, exitCode, running.stderr(), call.repo);
}
