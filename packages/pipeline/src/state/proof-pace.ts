/**
 * Looks every second at the beginning, for demonstrations are over in a minute, and later after a tenth of what has passed, at
 * most half a minute and `pollMinutes`.
 */
export function nextProofLookMs(elapsedSeconds: number, pollMinutes: number): number {
  return Math.min(pollMinutes * 60_000, 30_000, Math.max(1000, elapsedSeconds * 100));
}

/** What a proof may take in all: every claim's time, and as much again as two runs of the tests and builds for what lies around. */
export function proofLimitSeconds(
  claims: number,
  { minutesPerClaim, testMinutes }: { readonly minutesPerClaim: number; readonly testMinutes: number },
): number {
  return (claims + 1) * (minutesPerClaim + 1) * 60 + 4 * testMinutes * 60 + 600;
}
