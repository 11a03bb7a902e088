/**
 * A ratio that may be quoted, never above what was measured: two decimals below 2, one below 10, none above. 1.239 is 1.23, 2.39 is
 * 2.3, 12.9 is 12.
 */
export function roundRatioDown(ratio: number): number {
  const decimals = ratio < 2 ? 2 : ratio < 10 ? 1 : 0;
  return roundDown(ratio, decimals);
}

/** MiB that may be quoted: whole ones from 10 on, else one decimal. */
export function roundMiBDown(mebibytes: number): number {
  return roundDown(mebibytes, mebibytes < 10 ? 1 : 0);
}

function roundDown(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  const rounded = Math.floor(value * factor) / factor;
  // 1.1 * 100 is 110.00000000000001, but 1.15 * 100 is 114.99999999999999: the quotient may be a step too low, never too high.
  return rounded;
}
