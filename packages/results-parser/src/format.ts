const NO_VALUE = "n/a";

/**
 * A ratio for people: "2.3x", "5x", "12x". Rounded down, never up, to one decimal below 10 and to whole numbers from 10 on;
 * what lies below 0.1 is "<0.1x". What is not a ratio above 0 is "n/a". `parseSpeedup` reads the text back to at most the ratio.
 */
export function formatSpeedup(ratio: number): string {
  if (!Number.isFinite(ratio) || ratio <= 0) return NO_VALUE;
  if (ratio < 0.1) return "<0.1x";
  return `${floorTo(ratio, ratio < 10 ? 1 : 0)}x`;
}

/**
 * MiB saved, for people: "50 MiB", "2.4 MiB", "1.2 GiB" from 1024 MiB on; a growth is "5 MiB more". A saving is rounded down
 * and a growth up, to one decimal below 10 and to whole numbers from 10 on. What is not a number is "n/a".
 */
export function formatMemory(mib: number): string {
  if (!Number.isFinite(mib)) return NO_VALUE;
  const [amount, unit] = Math.abs(mib) >= 1024 ? [mib / 1024, "GiB"] : [mib, "MiB"];
  const rounded = floorTo(amount, Math.abs(amount) < 10 ? 1 : 0);
  return rounded < 0 ? `${-rounded} ${unit} more` : `${rounded} ${unit}`;
}

/** Rounds towards minus infinity. The comparison undoes what multiplying by 10 rounded up: 4.35 * 100 is 434.99…, 1.1 * 10 is 11.00…. */
function floorTo(value: number, decimals: 0 | 1): number {
  const scale = 10 ** decimals;
  const nearest = Math.round(value * scale) / scale;
  const floor = nearest > value ? (Math.round(value * scale) - 1) / scale : nearest;
  return floor === 0 ? 0 : floor;
}
