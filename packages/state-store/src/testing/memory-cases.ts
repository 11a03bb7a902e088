import { describe, expect, it } from "vitest";
import { expectCode, HOUR_MS, type Open, using } from "./campaign.ts";

export function memoryCases(open: Open): void {
  describe("the memory", () => {
    it("is shared by all processes, and the last word counts", () =>
      using(open, async (store, reopen) => {
        const other = await reopen();
        expect(await store.recall("github/cooldown")).toBeNull();
        await store.remember("github/cooldown", { until: 7 }, null);
        await other.remember("github/cooldown", [1, "2", null], null);
        expect(await store.recall("github/cooldown")).toEqual([1, "2", null]);
        expect(await store.recall("github")).toBeNull();
      }));

    it("forgets what has expired, and what it is told to forget", () =>
      using(open, async (store) => {
        await store.remember("past", 1, new Date(Date.now() - HOUR_MS));
        await store.remember("future", 2, new Date(Date.now() + HOUR_MS));
        await store.remember("gone", 3, null);
        await store.remember("gone", null, null);
        expect(await store.recall("past")).toBeNull();
        expect(await store.recall("future")).toBe(2);
        expect(await store.recall("gone")).toBeNull();
      }));

    it("takes nothing that is no JSON", () =>
      using(open, async (store) => {
        await expectCode(store.remember("x", 1n, null), "constraint");
        expect(await store.recall("x")).toBeNull();
      }));
  });
}
