/**
 * When a machine's token is replaced by a new one: halfway through its time, so that a server or a network that is away for a while
 * costs nothing. ISO 8601.
 */
export function renewalTime(now: Date, expiresAt: string): string {
  const left = Math.max(0, Date.parse(expiresAt) - now.getTime());
  return new Date(now.getTime() + left / 2).toISOString();
}

/** `wait` cut short where a machine's token must be replaced before; `renewAt` undefined: it has none. */
export function untilRenewal(waitMs: number, now: Date, renewAt: string | undefined): number {
  if (renewAt === undefined) return waitMs;
  return Math.min(waitMs, Math.max(1000, Date.parse(renewAt) - now.getTime()));
}
