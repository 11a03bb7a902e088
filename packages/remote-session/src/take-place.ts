import type { Slots } from "./slots.ts";

/**
 * Waits for a place and resolves with the act that gives it back. After `slowAfterMs` the place is given back by itself:
 * whoever is that slow waits for somebody else, and must not keep the others waiting.
 */
export async function takePlace(slots: Slots, slowAfterMs: number, signal: AbortSignal): Promise<() => void> {
  const release = await slots.take(signal);
  const timer = Number.isFinite(slowAfterMs) ? setTimeout(release, slowAfterMs) : undefined;
  timer?.unref();
  return () => {
    clearTimeout(timer);
    release();
  };
}
