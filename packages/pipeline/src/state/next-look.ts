/**
 * Looks often at the beginning, when most of what goes wrong goes wrong and small agents are done, and at the configured pace later: a
 * tenth of the run's age, at least 3 s, at most `pollMinutes`.
 */
export function nextLookMs(elapsedSeconds: number, pollMinutes: number): number {
  return Math.min(pollMinutes * 60_000, Math.max(3000, elapsedSeconds * 100));
}
