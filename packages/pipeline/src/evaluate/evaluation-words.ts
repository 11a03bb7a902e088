import type { Spread } from "./evaluation.ts";

/** 75 s is "1 min 15 s", 8,000 s "2 h 13 min". */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function usd(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** Median, and the ends where they differ: "2.1 (1.3 to 4.0)". */
export function spreadText({ n, min, median, max }: Spread, format: (value: number) => string): string {
  return n === 1 || min === max ? format(median) : `${format(median)} (${format(min)} to ${format(max)})`;
}

/** "1.2x to 1.5x", "10x and more" */
export function sizeText(from: number, to: number | null): string {
  return to === null ? `${from}x and more` : `${from}x to ${to}x`;
}
