import { expect, test } from "vitest";
import { mostAtOnce } from "./most-at-once.ts";

const span = (createdAt: number, deletedAt: number | null) => ({ createdAt, deletedAt });

test("counts what overlaps; one after the other is one", () => {
  expect(mostAtOnce([])).toBe(0);
  expect(mostAtOnce([span(0, 5), span(5, 9), span(9, null)])).toBe(1);
  expect(mostAtOnce([span(0, 6), span(5, 9), span(8, null)])).toBe(2);
  expect(mostAtOnce([span(0, null), span(1, null), span(2, null)])).toBe(3);
});
