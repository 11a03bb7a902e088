import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSpeedup } from "./speedup.ts";

const SAID: readonly (readonly [unknown, number])[] = [
  [2.3, 2.3],
  ["2.3", 2.3],
  ["2.3x faster", 2.3],
  ["2.3×", 2.3],
  ["≈2x", 2],
  ["~2 x", 2],
  ["x2", 2],
  ["2.3 times faster", 2.3],
  ["three times as fast", 3],
  ["two-fold", 2],
  ["twofold", 2],
  ["1.5e3x", 1500],
  ["≥2x", 2],
  ["2x slower", 0.5],
  ["1.25x regression", 0.8],
  ["0.8x", 0.8],
  ["100x faster than the slower path", 100],
  ["50% faster", 1.5],
  ["+7.2%", 1.072],
  ["+50% throughput", 1.5],
  ["50% less time", 2],
  ["-50% runtime", 2],
  ["cut latency by 50%", 2],
  ["-7.9% REGRESSION", 1 / 1.079],
  ["-150% REGRESSION", 0.4],
  ["+25% latency", 0.8],
  ["throughput down 25%", 0.75],
  ["+5.0% batch (median)", 1.05],
  ["40%", 1.4],
  ["130%", 1.3],
  ["+130%", 2.3],
  ["130% faster", 2.3],
  ["34% (0.34x) speedup", 1.34],
  ["130% (1.30x) speedup", 1.3],
  ["takes 25% of the original time", 4],
  ["10 ms -> 2 ms", 5],
  ["10ms to 2ms", 5],
  ["from 1.2 s down to 300 ms", 4],
  ["3.859ms±0.079ms → 1.9295ms", 2],
  ["10 -> 2 ms", 5],
  ["40ms (median 27.9) → 32ms (median 26.5)", 1.25],
  ["400 ops/s -> 1,000 ops/s", 2.5],
  ["2.5x-3x", 2.5],
  ["2-3x", 2],
  ["2x to 3x", 2],
  ["between 2x and 3x faster", 2],
  ["20-30% faster", 1.2],
  ["2-4x slower", 0.25],
  ["10-12 ms → 2-4 ms", 2.5],
  ["5x (10 ms -> 4 ms)", 2.5],
  ["2x faster, 3x less memory", 2],
  ["1,234.5x", 1234.5],
  ["1.234,5x", 1234.5],
  ["1,234x", 1234],
  ["2,5x", 2.5],
  ["twice as fast", 2],
  ["half the time", 2],
  ["half as fast", 0.5],
  ["twice as slow", 0.5],
  ["no measurable change", 1],
  ["4x4 kernel 2.3x faster", 2.3],
];

const NOT_SAID: readonly (readonly [unknown, RegExp])[] = [
  ["", /nothing/],
  ["-", /nothing/],
  ["n/a", /nothing/],
  ["NaN", /nothing/],
  [Number.NaN, /not a number/],
  [Number.POSITIVE_INFINITY, /outside/],
  ["Infinity", /no number/],
  [0, /above 0/],
  [-3, /above 0/],
  ["-2x", /negative/],
  [1e308, /outside/],
  ["1e308x", /outside/],
  ["1e999x", /outside/],
  ["up to 5x", /the most/],
  ["< 2x", /the most/],
  ["an order of magnitude faster", /order of magnitude/],
  ["much faster", /no number/],
  ["+7.2", /sign/],
  ["3.859ms±0.079ms", /one time/],
  ["3x less memory", /memory/],
  ["-20% faster", /contradict/],
  ["120% less time", /all of the time/],
  ["95% CI", /not a change/],
  ["30% of total runtime", /share/],
  ["(keypoint-only)", /no number/],
  ["1920x1080", /no number/],
  ["1.2.3x", /no number/],
  [[], /a list/],
  [{}, /an object/],
  [true, /true or false/],
];

describe("parseSpeedup", () => {
  it.each(SAID)("reads %j as %d", (text, value) => {
    const speedup = parseSpeedup(text);
    expect(speedup?.value).toBeCloseTo(value, 9);
    expect(speedup).toMatchObject({ unit: "ratio", reason: null, raw: String(text) });
  });

  it.each(NOT_SAID)("finds no value in %j", (text, reason) => {
    const speedup = parseSpeedup(text);
    expect(speedup?.value).toBeNull();
    expect(speedup?.reason).toMatch(reason);
  });

  it("is null only for what is not there", () => {
    expect(parseSpeedup(null)).toBeNull();
    expect(parseSpeedup(undefined)).toBeNull();
  });

  it("takes no bare number where it is told so", () => {
    expect(parseSpeedup("0.998", { bareNumbers: false })?.value).toBeNull();
    expect(parseSpeedup("1.5x", { bareNumbers: false })?.value).toBe(1.5);
  });

  it("keeps the text, cleaned and cut", () => {
    expect(parseSpeedup("\u001b[31m2x\u001b[0m\r\nfaster\u202e")?.raw).toBe("2x faster");
    expect(parseSpeedup(`2x ${"very ".repeat(100_000)}fast`)?.raw).toHaveLength(200);
  });

  const ratio = fc.double({ min: 0.02, max: 5000, noNaN: true });
  const gain = fc.double({ min: 1.001, max: 50, noNaN: true });
  const WRITTEN: readonly (readonly [string, fc.Arbitrary<number>, (r: number) => unknown])[] = [
    ["a number", ratio, (r) => r],
    ["digits", ratio, (r) => r.toFixed(6)],
    ["x", ratio, (r) => `${r.toFixed(6)}x`],
    ["x faster", ratio, (r) => `≈${r.toFixed(6)} x faster`],
    ["×", ratio, (r) => `${r.toFixed(6)}×`],
    ["times", ratio, (r) => `${r.toFixed(6)} times faster`],
    ["fold", ratio, (r) => `${r.toFixed(6)}-fold`],
    ["exponent", ratio, (r) => `${r.toExponential(9)}x`],
    ["thousands", ratio, (r) => `${r.toLocaleString("en-US", { maximumFractionDigits: 6 })}x`],
    ["slower", ratio, (r) => `${(1 / r).toFixed(9)}x slower`],
    ["% faster", gain, (r) => `${((r - 1) * 100).toFixed(6)}% faster`],
    ["+%", gain, (r) => `+${((r - 1) * 100).toFixed(6)} %`],
    ["% less time", gain, (r) => `${((1 - 1 / r) * 100).toFixed(9)}% less time`],
    ["% of the time", gain, (r) => `${(100 / r).toFixed(9)}% of the old time`],
    ["regression", gain, (r) => `-${((1 / r) ** -1 * 100 - 100).toFixed(6)}% REGRESSION`],
    ["pair", ratio, (r) => `${(r * 7).toFixed(9)} ms -> 7 ms`],
    ["pair of units", ratio, (r) => `${(r * 7).toFixed(9)} s to 7000ms`],
    ["pair with errors", ratio, (r) => `${(r * 7).toFixed(9)}ms±0.5ms → 7ms ± 1%`],
    ["rates", ratio, (r) => `10 ops/s => ${(r * 10).toFixed(9)} ops/s`],
    ["range", ratio, (r) => `${r.toFixed(6)}x-${(r * 2).toFixed(6)}x`],
  ];
  it.each(WRITTEN)("reads any ratio back from: %s", (name, values, write) => {
    fc.assert(
      fc.property(values, (r) => {
        const value = parseSpeedup(write(r))?.value ?? Number.NaN;
        const wanted = name === "regression" ? 1 / r : r;
        expect(Math.abs(value / wanted - 1)).toBeLessThan(1e-4);
      }),
    );
  });

  it("never throws, and says either a value or a reason", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "2x",
        "-",
        "→",
        "to",
        "±",
        "%",
        " ",
        "1,2",
        "ms",
        "MiB",
        "faster",
        "up to",
        "(",
        ")",
        "e",
        ".",
        "٣",
        "∞",
      ),
      fc.double().map(String),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 12 }).map((parts) => parts.join("")),
          fc.anything(),
        ),
        (input) => {
          const speedup = parseSpeedup(input);
          if (speedup === null) {
            expect(input ?? null).toBeNull();
            return;
          }
          expect(speedup.raw.length).toBeLessThanOrEqual(200);
          expect((speedup.value === null) !== (speedup.reason === null)).toBe(true);
          if (speedup.value !== null) expect(speedup.value).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
