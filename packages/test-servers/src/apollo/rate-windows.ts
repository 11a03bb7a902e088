/** Requests that a team may make to one endpoint. */
export interface ApolloLimits {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
}

export interface LimitState {
  /** Headers of every answer (https://docs.apollo.io/reference/rate-limits). */
  readonly headers: Readonly<Record<string, string>>;
  /** Set when a window is used up: its name and the seconds that are left of it. */
  readonly exceeded: { readonly window: string; readonly limit: number; readonly retryAfterS: number } | null;
}

const WINDOWS = [
  { name: "minute", header: "minute", ms: 60_000 },
  { name: "hour", header: "hourly", ms: 3_600_000 },
  { name: "day", header: "daily", ms: 86_400_000 },
] as const;

/** Fixed windows for each endpoint, open from the first request on. */
export function rateWindows(limits: ApolloLimits, now: () => number): (endpoint: string) => LimitState {
  const used = new Map<string, { since: number; count: number }>();
  return (endpoint) => {
    const headers: Record<string, string> = {};
    let exceeded: LimitState["exceeded"] = null;
    for (const { name, header, ms } of WINDOWS) {
      const key = `${endpoint} ${name}`;
      const open = used.get(key);
      const window = open === undefined || now() - open.since >= ms ? { since: now(), count: 0 } : open;
      window.count += 1;
      used.set(key, window);
      const limit = limits[name];
      headers[`x-rate-limit-${header}`] = String(limit);
      headers[`x-${header}-usage`] = String(Math.min(window.count, limit));
      headers[`x-${header}-requests-left`] = String(Math.max(0, limit - window.count));
      if (window.count > limit && exceeded === null)
        exceeded = { window: name, limit, retryAfterS: Math.ceil((window.since + ms - now()) / 1000) };
    }
    return { headers, exceeded };
  };
}
