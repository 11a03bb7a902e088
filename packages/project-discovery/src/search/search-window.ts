/**
 * A part of the search that one query covers: repositories of a language with so many stars whose last push lies in a stretch of
 * time. Windows of one search never overlap.
 */
export interface SearchWindow {
  readonly language: string;
  readonly stars: { readonly from: number; /** null: no upper limit. */ readonly to: number | null };
  /** Seconds since 1970, both included. */
  readonly pushed: { readonly from: number; readonly to: number };
}

/** Results that GitHub gives for one query: https://docs.github.com/en/rest/search/search#about-search */
export const SEARCH_CAP = 1000;
export const PAGE_SIZE = 100;

/** Cut so that parts are expected to have so many results: below the cap, since the guess is rough. */
const AIM = 700;
const MOST_PARTS = 16;

/** `q` of GET /search/repositories. */
export function searchQuery({ language, stars, pushed }: SearchWindow): string {
  const most = stars.to === null ? "*" : String(stars.to);
  return `language:${language} stars:${stars.from}..${most} pushed:${iso(pushed.from)}..${iso(pushed.to)} archived:false`;
}

/**
 * Cuts a window with `total` results into parts that cover it exactly: by stars where they differ, else by the time of the push.
 * An empty list: it cannot be cut any further (one star count, one second).
 */
export function splitWindow(window: SearchWindow, total: number): SearchWindow[] {
  const parts = Math.min(MOST_PARTS, Math.max(2, Math.ceil(total / AIM)));
  const byStars = splitStars(window.stars, parts);
  if (byStars.length > 1) return byStars.map((stars) => ({ ...window, stars }));
  const byTime = splitEvenly(window.pushed, parts);
  return byTime.length > 1 ? byTime.map((pushed) => ({ ...window, pushed })) : [];
}

/** Stars are spread so that about a/x of those with at least a stars have x or more; parts of equal numbers follow from that. */
function splitStars(
  { from, to }: SearchWindow["stars"],
  parts: number,
): { from: number; to: number | null }[] {
  if (to === from) return [];
  const first = Math.max(1, from);
  const last = to === null ? 0 : 1 / (to + 1);
  const cuts = new Set<number>();
  for (let part = 1; part < parts; part += 1) {
    const share = part / parts;
    const cut = Math.round(1 / ((1 - share) / first + share * last));
    if (cut > from && (to === null || cut <= to)) cuts.add(cut);
  }
  // A narrow or an odd range: halve it.
  if (cuts.size === 0) cuts.add(to === null ? first * 2 : from + Math.ceil((to - from) / 2));
  const starts = [from, ...[...cuts].toSorted((a, b) => a - b)];
  return starts.map((start, index) => {
    const next = starts[index + 1];
    return { from: start, to: next === undefined ? to : next - 1 };
  });
}

function splitEvenly({ from, to }: SearchWindow["pushed"], parts: number): { from: number; to: number }[] {
  const seconds = to - from + 1;
  const count = Math.min(parts, seconds);
  return Array.from({ length: count }, (_, index) => ({
    from: from + Math.floor((seconds * index) / count),
    to: from + Math.floor((seconds * (index + 1)) / count) - 1,
  }));
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
