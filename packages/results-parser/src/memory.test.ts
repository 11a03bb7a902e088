import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMemory } from "./memory.ts";

const MB = 1e6 / 2 ** 20;

describe("parseMemory", () => {
  it.each<readonly [unknown, number]>([
    [50, 50],
    ["50", 50],
    ["50 MiB", 50],
    ["-50 MiB", 50],
    ["−50 MiB", 50],
    ["saves 50 MiB", 50],
    ["50 MiB less", 50],
    ["+50 MiB", -50],
    ["50 MiB more", -50],
    ["grew by 50 MiB", -50],
    ["+50 MiB saved", 50],
    ["50MB", 50 * MB],
    ["50M", 50 * MB],
    ["1.5GB less", 1500 * MB],
    ["1.2 GiB", 1228.8],
    ["512 KiB", 0.5],
    ["-1,024 KiB", 1],
    ["200 MB -> 150 MB", 50 * MB],
    ["150 MB -> 200 MB", -50 * MB],
    ["200 → 150 MB", 50 * MB],
    ["from 1.2 GiB to 800 MiB", 428.8],
    ["-50 MiB RSS, +3 MiB heap", -3],
    ["50-60 MiB", 50],
    ["50 MiB ± 3 MiB", 50],
    ["-40% (-50 MiB)", 50],
    ["saves 50 MiB of 200 MiB", 50],
    ["no change", 0],
    ["0", 0],
  ])("reads %j as %d MiB", (text, value) => {
    const saving = parseMemory(text);
    expect(saving?.value).toBeCloseTo(value, 9);
    expect(saving).toMatchObject({ unit: "MiB", reason: null });
  });

  it.each<readonly [unknown, RegExp]>([
    ["", /nothing/],
    ["n/a", /nothing/],
    ["40%", /share/],
    ["2x less", /share/],
    ["halved", /share/],
    ["-50", /sign/],
    ["up to 50 MiB", /the most/],
    ["-50 MiB increase", /contradict/],
    [-50, /negative/],
    [Number.NaN, /not a number/],
    [Number.POSITIVE_INFINITY, /not believed/],
    [1e308, /not believed/],
    ["1e308 GiB", /not believed/],
    ["30 MB/s", /no amount/],
    ["100 allocations", /no amount/],
    [[], /a list/],
  ])("finds no value in %j", (text, reason) => {
    expect(parseMemory(text)?.value).toBeNull();
    expect(parseMemory(text)?.reason).toMatch(reason);
  });

  it("is null only for what is not there", () => {
    expect(parseMemory(null)).toBeNull();
    expect(parseMemory(undefined)).toBeNull();
  });

  const amount = fc.double({ min: 0.1, max: 100_000, noNaN: true });
  it.each<readonly [string, (mib: number) => string]>([
    ["minus", (mib) => `-${mib.toFixed(6)} MiB`],
    ["unsigned", (mib) => `${mib.toFixed(6)}MiB`],
    ["words", (mib) => `uses ${mib.toFixed(6)} MiB less`],
    ["MB", (mib) => `${(mib / MB).toFixed(6)} MB`],
    ["GiB", (mib) => `-${(mib / 1024).toFixed(9)} GiB`],
    ["KiB", (mib) => `-${(mib * 1024).toFixed(3)} KiB`],
    ["pair", (mib) => `${(mib + 7).toFixed(6)} MiB -> 7 MiB`],
  ])("reads any amount back from: %s", (_name, write) => {
    fc.assert(
      fc.property(amount, (mib) => {
        expect(Math.abs((parseMemory(write(mib))?.value ?? Number.NaN) / mib - 1)).toBeLessThan(1e-4);
        const growth =
          parseMemory(write(mib).replace(/^-?/, "+").replace("less", "more"))?.value ?? Number.NaN;
        if (!write(mib).includes("->") && !write(mib).includes("less")) expect(growth).toBeLessThan(0);
      }),
    );
  });

  it("never throws, and says either a value or a reason", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.anything()), (input) => {
        const saving = parseMemory(input);
        if (saving !== null) expect((saving.value === null) !== (saving.reason === null)).toBe(true);
      }),
    );
  });
});
