import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { searchQuery, type SearchWindow, splitWindow } from "./search-window.ts";

const WINDOW: SearchWindow = {
  language: "python",
  stars: { from: 1000, to: null },
  pushed: { from: 1_760_000_000, to: 1_760_000_100 },
};

test("writes a query", () => {
  expect(searchQuery(WINDOW)).toBe(
    "language:python stars:1000..* pushed:2025-10-09T08:53:20Z..2025-10-09T08:55:00Z archived:false",
  );
});

describe("splitWindow", () => {
  const windows = fc
    .record({
      from: fc.integer({ min: 0, max: 50_000 }),
      width: fc.option(fc.integer({ min: 0, max: 100_000 })),
      since: fc.integer({ min: 0, max: 2_000_000_000 }),
      seconds: fc.integer({ min: 0, max: 90 * 86_400 }),
    })
    .map(({ from, width, since, seconds }): SearchWindow => ({
      language: "java",
      stars: { from, to: width === null ? null : from + width },
      pushed: { from: since, to: since + seconds },
    }));

  test("covers the window exactly, without overlap, in smaller parts", () => {
    fc.assert(
      fc.property(windows, fc.integer({ min: 1, max: 2_000_000 }), (window, total) => {
        const parts = splitWindow(window, total);
        if (parts.length === 0) {
          expect(window.stars.to).toBe(window.stars.from);
          expect(window.pushed.to).toBe(window.pushed.from);
          return;
        }
        expect(parts.length).toBeGreaterThan(1);
        const byStars = window.stars.to !== window.stars.from;
        const ranges = parts.map((part) => (byStars ? part.stars : part.pushed));
        const whole = byStars ? window.stars : window.pushed;
        expect(ranges[0]?.from).toBe(whole.from);
        expect(ranges.at(-1)?.to).toBe(whole.to);
        for (const [index, range] of ranges.entries()) {
          expect(range.to === null || range.to >= range.from).toBe(true);
          const next = ranges[index + 1];
          if (next !== undefined) expect(next.from).toBe((range.to ?? Number.NaN) + 1);
        }
      }),
    );
  });

  test("ends, however many share a star count and a second", () => {
    let window = WINDOW;
    for (let steps = 0; ; steps += 1) {
      expect(steps).toBeLessThan(200);
      const parts = splitWindow(window, 5000);
      if (parts.length === 0) break;
      window = parts[parts.length - 1] as SearchWindow;
      // The open end moves up for ever where everybody is famous; nobody has ten million stars.
      if (window.stars.to === null && window.stars.from > 10_000_000)
        window = { ...window, stars: { from: 1, to: 1 } };
    }
  });
});
