import { ForkError } from "../errors.ts";
import { ApiFailure, toForkError } from "./api-failure.ts";

/** Runs `act` so that nothing but a `ForkError` or the signal's own reason comes out of it. */
export async function asGitHubError<T>(
  repo: string,
  signal: AbortSignal | undefined,
  act: () => Promise<T>,
): Promise<T> {
  try {
    signal?.throwIfAborted();
    return await act();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ForkError) throw error;
    if (error instanceof ApiFailure) throw toForkError(error, repo);
    const { code = "", message } = error as NodeJS.ErrnoException;
    const text = `The folder of the clones cannot be used: ${message}. See that it is writable and has space, then try again.`;
    const retryable = ["ENOSPC", "EMFILE", "ENFILE", "EBUSY"].includes(code);
    throw new ForkError("git_failed", text, { repo, retryable, cause: error });
  }
}
