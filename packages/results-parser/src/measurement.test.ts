import { describe, expect, it } from "vitest";
import { parseMeasurement } from "./measurement.ts";

describe("parseMeasurement", () => {
  it.each<readonly [string, number, string | undefined]>([
    ["3.859ms±0.079ms", 3.859, "ms"],
    ["36.721ms (median 27.9)", 36.721, "ms"],
    ["median 27.9 ms", 27.9, "ms"],
    ["1.2 s", 1200, "ms"],
    ["850 µs", 0.85, "ms"],
    ["2 min", 120_000, "ms"],
    ["50 MB", 50e6 / 2 ** 20, "MiB"],
    ["1.2 GiB", 1228.8, "MiB"],
    ["1,200 ops/s", 1200, "per_second"],
    ["2k ops/s", 2000, "per_second"],
    ["30 fps", 30, "per_second"],
    ["0.9979", 0.9979, undefined],
  ])("reads %j", (text, value, unit) => {
    const measurement = parseMeasurement(text);
    expect(measurement?.value).toBeCloseTo(value, 9);
    expect(measurement?.unit).toBe(unit);
  });

  it("takes a column's unit for a bare number", () => {
    expect(parseMeasurement("2.5", "s")).toMatchObject({ value: 2500, unit: "ms" });
  });

  it.each(["n/a", "-", "", "yolo", "No backend exists"])("finds no value in %j", (text) => {
    expect(parseMeasurement(text)).toMatchObject({ raw: text, value: null });
  });
});
