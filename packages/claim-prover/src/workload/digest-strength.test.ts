import { createHash } from "node:crypto";

import { describe, expect, test } from "vitest";

import { digestBits, LEAST_DIGEST_BITS } from "./digest-strength.ts";

const seeds = [1, 17, 912, 77_123, 5_550_001, 812_345_678, 99, 31_337];
const hash = (seed: number): string => createHash("sha256").update(String(seed)).digest("hex");
const fraction = (seed: number): number => Number.parseInt(hash(seed).slice(0, 12), 16) / 2 ** 48;

describe("enough", () => {
  test.each<[string, (seed: number) => string]>([
    ["a hash", hash],
    ["eight hex digits of one", (seed) => hash(seed).slice(0, 8)],
    ["a hash of 32 bits as a number", (seed) => String(Number.parseInt(hash(seed).slice(0, 8), 16))],
    ["a hash with a word before it", (seed) => `sha256:${hash(seed)}`],
    ["base64", (seed) => Buffer.from(hash(seed), "hex").toString("base64")],
    ["a sum with all its digits", (seed) => String(500_000 + fraction(seed))],
    ["the results themselves", (seed) => JSON.stringify([fraction(seed), fraction(seed + 1)])],
  ])("%s", (_name, digest) => {
    expect(digestBits(seeds.map(digest))).toBeGreaterThanOrEqual(LEAST_DIGEST_BITS);
  });
});

describe("too little", () => {
  test.each<[string, (seed: number) => string]>([
    ["a count", (seed) => String(1000 + (seed % 37))],
    ["a count with words", (seed) => `done, ${1000 + (seed % 37)} items ok`],
    ["a sum rounded to two places", (seed) => (5000 + 10 * fraction(seed)).toFixed(2)],
    ["a large rounded sum", (seed) => (5_000_000 + 100_000 * fraction(seed)).toFixed(0)],
    ["a word", () => "ok"],
    ["yes or no", (seed) => (seed % 2 === 0 ? "true" : "false")],
    ["a constant hash", () => hash(1)],
  ])("%s", (_name, digest) => {
    expect(digestBits(seeds.map(digest))).toBeLessThan(LEAST_DIGEST_BITS);
  });
});
