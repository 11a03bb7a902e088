/** The part of a sentence that a figure stands in, before it and after it. */
export interface Clause {
  readonly before: string;
  readonly after: string;
}

const BOUNDARY = /[;:()]|,(?!\d)|\.(?!\d)| (?:and|but|with|while|at) /g;

/** Cuts the clause around `text.slice(start, end)` out of a normalized text. */
export function clauseAround(text: string, start: number, end: number): Clause {
  let from = 0;
  let to = text.length;
  for (const boundary of text.matchAll(BOUNDARY)) {
    const at = boundary.index;
    if (at + boundary[0].length <= start) from = at + boundary[0].length;
    else if (at >= end) {
      to = at;
      break;
    }
  }
  return { before: text.slice(from, start), after: text.slice(end, to) };
}

/** True where the clause speaks of something other than time or speed. */
export function isAboutMemory(clause: Clause): boolean {
  return /\b(?:memory|mem|ram|rss|heap|alloc\w*|fewer|smaller|bytes|gc pressure)\b/.test(
    `${clause.before} ${clause.after}`,
  );
}

/** "up to", "at most", "<": what follows is the most that was ever seen. */
export function isUpperBound(clause: Clause): boolean {
  return /(?:\bup to|\bupto|\bas much as|\bat most|\bless than|\bmax(?:imum)?(?: of)?|\bunder|\bbelow|[<≤])[ ~≈]*$/.test(
    clause.before,
  );
}
