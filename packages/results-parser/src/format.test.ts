import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMemory, formatSpeedup } from "./format.ts";
import { parseMemory } from "./memory.ts";
import { parseSpeedup } from "./speedup.ts";

describe("formatSpeedup", () => {
  it.each([
    [2.3, "2.3x"],
    [2.39, "2.3x"],
    [5, "5x"],
    [1.1, "1.1x"],
    [4.1, "4.1x"],
    [9.99, "9.9x"],
    [10.7, "10x"],
    [1234.5, "1234x"],
    [0.92, "0.9x"],
    [0.05, "<0.1x"],
    [0, "n/a"],
    [-1, "n/a"],
    [Number.NaN, "n/a"],
    [Number.POSITIVE_INFINITY, "n/a"],
  ])("writes %d as %s", (ratio, text) => {
    expect(formatSpeedup(ratio)).toBe(text);
  });

  it("never rounds up, and loses less than one step", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1e6, noNaN: true }), (ratio) => {
        const shown = parseSpeedup(formatSpeedup(ratio))?.value ?? Number.NaN;
        expect(shown).toBeLessThanOrEqual(ratio);
        expect(ratio - shown).toBeLessThan(ratio < 10 ? 0.1 + 1e-9 : 1);
      }),
    );
  });

  it("keeps what has one decimal already", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), (tenths) => {
        expect(formatSpeedup(tenths / 10)).toBe(`${tenths / 10}x`);
      }),
    );
  });
});

describe("formatMemory", () => {
  it.each([
    [50, "50 MiB"],
    [50.9, "50 MiB"],
    [2.45, "2.4 MiB"],
    [1228.8, "1.2 GiB"],
    [1023.9, "1023 MiB"],
    [0, "0 MiB"],
    [-5, "5 MiB more"],
    [-0.55, "0.6 MiB more"],
    [Number.NaN, "n/a"],
  ])("writes %d as %s", (mib, text) => {
    expect(formatMemory(mib)).toBe(text);
  });

  it("never shows more of a saving, or less of a growth", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (mib) => {
        expect(parseMemory(formatMemory(mib))?.value ?? Number.NaN).toBeLessThanOrEqual(mib + 1e-6);
      }),
    );
  });
});
