import { finish, growingPauses, pause, type Azure } from "./azure.ts";

interface Poller<T> {
  readonly isDone: boolean;
  submitted(): Promise<void>;
  pollUntilDone(options?: { abortSignal?: AbortSignal }): Promise<T>;
}

const LONGEST_LOOK = 5;

/**
 * Waits until what a PUT makes is made, by looking at the thing itself: one request where the SDK's own way takes three. A failure is
 * read from the operation, which alone knows its code.
 */
export async function untilMade<T extends { readonly provisioningState?: string }>(
  azure: Pick<Azure, "settings">,
  poller: Poller<T>,
  look: () => Promise<T | null>,
  signal: AbortSignal | undefined,
): Promise<T> {
  await poller.submitted();
  const nextPause = growingLooks(azure);
  for (;;) {
    if (!poller.isDone) await pause(nextPause(), signal);
    const found = await look();
    const state = found?.provisioningState?.toLowerCase();
    if (found !== null && state === "succeeded") return found;
    if (poller.isDone || found === null || state === "failed" || state === "canceled")
      return await finish(poller, signal);
  }
}

/**
 * Waits until what a DELETE removes is gone: true when Azure said 404, false when the operation ended and nobody has looked since.
 * What stays although it is not being deleted is the operation's failure.
 */
export async function untilGone(
  azure: Pick<Azure, "settings">,
  poller: Poller<void>,
  look: () => Promise<{ readonly provisioningState?: string } | null>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  await poller.submitted();
  const nextPause = growingLooks(azure);
  for (;;) {
    if (!poller.isDone) await pause(nextPause(), signal);
    const found = await look();
    if (found === null) return true;
    if (poller.isDone || found.provisioningState?.toLowerCase() !== "deleting") {
      await finish(poller, signal);
      return false;
    }
  }
}

/** From one poll interval to five: what takes long is looked at seldom. */
function growingLooks({ settings }: Pick<Azure, "settings">): () => number {
  const next = growingPauses(settings.pollIntervalMs);
  let looks = 0;
  return () => {
    looks += 1;
    // The first two looks come soon: most things are done by then.
    return looks <= 2 ? settings.pollIntervalMs : Math.min(next(), LONGEST_LOOK * settings.pollIntervalMs);
  };
}
