/** A source of numbers in [0, 1), reproducible from its seed. */
export type Random = () => number;

/** Mulberry32: 32 bits of state are plenty for orders, paddings and seeds of benchmarks; none of them is a secret. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An integer in [0, below). */
export function integerBelow(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** A seed for a benchmark: positive, and exact in any language's 32-bit integer. */
export function drawSeed(random: Random): number {
  return 1 + integerBelow(random, 2 ** 31 - 2);
}
