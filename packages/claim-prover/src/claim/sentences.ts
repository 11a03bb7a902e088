import type { Look } from "../proof.ts";

/** "1.180x to 1.240x" */
export function range([lower, upper]: readonly [number, number]): string {
  return `${lower.toFixed(3)}x to ${upper.toFixed(3)}x`;
}

/** "1.210x, 1.180x to 1.240x with 12 pairs" */
export function describeLook(look: Look): string {
  return `${look.estimate.toFixed(3)}x, ${range(look.interval)} with ${look.n} pairs`;
}

/** "96.2 MiB, 95.0 to 97.1 MiB with 12 pairs" */
export function describeMiB(look: Look): string {
  const [lower, upper] = look.interval;
  return `${look.estimate.toFixed(1)} MiB, ${lower.toFixed(1)} to ${upper.toFixed(1)} MiB with ${look.n} pairs`;
}
