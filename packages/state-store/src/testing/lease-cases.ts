import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { begin, everything, expectCode, hold, HOUR_MS, ISO, type Open, using } from "./campaign.ts";

export function leaseCases(open: Open): void {
  describe("a lease", () => {
    it("goes to one owner at a time", () =>
      using(open, async (store, reopen) => {
        const other = await reopen();
        const lease = await store.acquireLease("project:a", "one", HOUR_MS);
        expect(lease).toEqual({
          name: "project:a",
          owner: "one",
          fence: 1,
          expires_at: expect.stringMatching(ISO),
        });
        expect(await other.acquireLease("project:a", "two", HOUR_MS)).toBeNull();
        expect(await other.lease("project:a")).toEqual(lease);
        expect((await other.acquireLease("project:b", "two", HOUR_MS))?.owner).toBe("two");
      }));

    it("goes to exactly one of many that race for it", () =>
      using(open, async (store, reopen) => {
        const other = await reopen();
        for (let round = 0; round < 10; round += 1) {
          const name = `project:${round}`;
          const results = await Promise.all(
            Array.from({ length: 10 }, (_, index) =>
              (index % 2 === 0 ? store : other).acquireLease(name, `owner-${index}`, HOUR_MS),
            ),
          );
          const winners = results.filter((result) => result !== null);
          expect(winners).toHaveLength(1);
          expect(await store.lease(name)).toEqual(winners[0]);
        }
      }));

    it("has a greater fence each time, also after a release", () =>
      using(open, async (store) => {
        const fences: number[] = [];
        for (const owner of ["one", "one", "two", "one"]) {
          if (owner === "two" || fences.length === 3)
            await store.releaseLease({ lease: "x", fence: fences.at(-1)! });
          const lease = await store.acquireLease("x", owner, HOUR_MS);
          expect(lease).not.toBeNull();
          expect(lease!.fence).toBeGreaterThan(Math.max(0, ...fences));
          fences.push(lease!.fence);
        }
      }));

    it("may be taken once it expired, and not before", () =>
      using(open, async (store) => {
        await store.acquireLease("x", "one", 1);
        await wait(20);
        expect((await store.acquireLease("x", "two", HOUR_MS))?.owner).toBe("two");
        expect(await store.acquireLease("x", "one", HOUR_MS)).toBeNull();
      }));

    it("may be taken from a holder that is said to be dead; the question comes only when it matters", () =>
      using(open, async (store) => {
        const asked: string[] = [];
        const take = (dead: boolean) => (holder: { owner: string }) => {
          asked.push(holder.owner);
          return dead;
        };
        await store.acquireLease("x", "one", HOUR_MS, take(true));
        await store.acquireLease("x", "one", HOUR_MS, take(true));
        expect(asked).toEqual([]);
        expect(await store.acquireLease("x", "two", HOUR_MS, take(false))).toBeNull();
        const taken = await store.acquireLease("x", "two", HOUR_MS, take(true));
        expect(taken).toMatchObject({ owner: "two", fence: 3 });
        expect(asked).toEqual(["one", "one"]);
        await store.acquireLease("x", "two", 1);
        await wait(20);
        await store.acquireLease("x", "three", HOUR_MS, take(false));
        expect(asked).toHaveLength(2);
      }));

    it("is renewed while nobody took it, even if it expired", () =>
      using(open, async (store) => {
        const { name, fence } = (await store.acquireLease("x", "one", 1))!;
        await wait(20);
        await store.renewLease({ lease: name, fence }, HOUR_MS);
        expect(await store.acquireLease("x", "two", HOUR_MS)).toBeNull();
        expect((await store.lease("x"))?.fence).toBe(fence);
      }));

    it("cannot be renewed with a stale fence", () =>
      using(open, async (store, reopen) => {
        const other = await reopen();
        const stale = await hold(store, "x");
        const held = (await other.acquireLease("x", "two", 2 * HOUR_MS, () => true))!;
        await expectCode(store.renewLease(stale, HOUR_MS), "stale_lease");
        await expectCode(store.renewLease({ lease: "unknown", fence: 1 }, HOUR_MS), "stale_lease");
        expect(await store.lease("x")).toEqual(held);
      }));

    it("is free after its release; a stale release changes nothing", () =>
      using(open, async (store) => {
        const first = await hold(store, "x", "one");
        await store.releaseLease(first);
        await store.releaseLease(first);
        expect(await store.lease("x")).toBeNull();
        await expectCode(store.renewLease(first, HOUR_MS), "stale_lease");
        await hold(store, "x", "two");
        await store.releaseLease(first);
        await store.releaseLease({ lease: "unknown", fence: 1 });
        expect((await store.lease("x"))?.owner).toBe("two");
      }));

    it("needs an owner and a duration", () =>
      using(open, async (store) => {
        await expectCode(store.acquireLease("x", "", HOUR_MS), "constraint");
        for (const ttlMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
          await expectCode(store.acquireLease("x", "one", ttlMs), "constraint");
        }
        expect(await store.lease("x")).toBeNull();
      }));

    it("guards every write: a stale fence touches nothing", () =>
      using(open, async (store, reopen) => {
        const other = await reopen();
        const { fence, run } = await begin(store, "a");
        const step = await store.beginStep(fence, run.id, "fork");
        await other.acquireLease("project:a", "two", HOUR_MS, () => true);
        const before = await everything(other, "a");
        const change = { run: { step: "provision" }, events: [{ kind: "k", message: "m" }] };
        await expectCode(store.updateRun(fence, run.id, change), "stale_lease");
        await expectCode(store.beginStep(fence, run.id, "fork"), "stale_lease");
        await expectCode(store.finishStep(fence, step, { result: "succeeded", ...change }), "stale_lease");
        await expectCode(store.createRun(fence, "a", "fork"), "stale_lease");
        const unknown = { lease: "project:nobody", fence: 1 };
        await expectCode(store.updateRun(unknown, run.id, change), "stale_lease");
        expect(await everything(other, "a")).toEqual(before);
      }));

    it("guards after its release too, and still serves when it expired but nobody took it", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        await store.renewLease(fence, 1);
        await wait(20);
        await store.updateRun(fence, run.id, { run: { reason: "late" } });
        expect((await store.run(run.id))?.reason).toBe("late");
        await store.releaseLease(fence);
        await expectCode(store.updateRun(fence, run.id, { run: { reason: "later" } }), "stale_lease");
        expect((await store.run(run.id))?.reason).toBe("late");
      }));
  });
}
