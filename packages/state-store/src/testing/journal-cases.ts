import { describe, expect, it } from "vitest";
import { begin, everything, expectCode, ISO, type Open, using } from "./campaign.ts";

export function journalCases(open: Open): void {
  describe("the journal", () => {
    it("holds the intent first and the outcome later", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        const step = await store.beginStep(fence, run.id, "fork");
        expect(step).toEqual({
          id: expect.any(Number),
          run_id: run.id,
          step: "fork",
          attempt: 1,
          fence: fence.fence,
          started_at: expect.stringMatching(ISO),
          finished_at: null,
          result: null,
          error_code: null,
          error_message: null,
        });
        expect(await store.steps(run.id)).toEqual([step]);
        expect(await store.run(run.id)).toMatchObject({ step: "fork", attempt: 1 });
        const outcome = { result: "failed", errorCode: "quota", errorMessage: "none left" } as const;
        expect(await store.finishStep(fence, step, outcome)).toMatchObject({ step: "fork", attempt: 1 });
        expect(await store.steps(run.id)).toEqual([
          {
            ...step,
            finished_at: expect.stringMatching(ISO),
            result: "failed",
            error_code: "quota",
            error_message: "none left",
          },
        ]);
      }));

    it("counts the attempts of a step", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        const attempts: number[] = [];
        for (const step of ["fork", "fork", "provision", "provision", "fork"]) {
          const row = await store.beginStep(fence, run.id, step);
          attempts.push(row.attempt);
          expect(await store.run(run.id)).toMatchObject({ step, attempt: row.attempt });
          await store.finishStep(fence, row, { result: "again" });
        }
        expect(attempts).toEqual([1, 2, 1, 2, 1]);
      }));

    it("marks what a dead process left open as abandoned, of this run only", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        const other = await begin(store, "b");
        const left = await store.beginStep(fence, run.id, "fork");
        await store.beginStep(other.fence, other.run.id, "fork");
        await store.beginStep(fence, run.id, "fork");
        const [first, second] = await store.steps(run.id);
        expect(first).toMatchObject({
          id: left.id,
          result: "abandoned",
          finished_at: expect.stringMatching(ISO),
        });
        expect(second).toMatchObject({ attempt: 2, result: null, finished_at: null });
        expect(await store.steps(other.run.id)).toMatchObject([{ result: null, finished_at: null }]);
      }));

    it("takes one outcome for an attempt", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        const abandoned = await store.beginStep(fence, run.id, "fork");
        const step = await store.beginStep(fence, run.id, "fork");
        await store.finishStep(fence, step, { result: "succeeded", run: { step: "provision" } });
        const before = await everything(store, "a");
        const again = { result: "failed", run: { reason: "twice" }, project: { status: "failed" } } as const;
        await expectCode(store.finishStep(fence, step, again), "constraint");
        await expectCode(store.finishStep(fence, abandoned, again), "constraint");
        await expectCode(store.finishStep(fence, { ...step, id: 999_999 }, again), "not_found");
        expect(await everything(store, "a")).toEqual(before);
      }));

    it("journals the machine before it exists, and leaves a known one as it is", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        const machine = { name: "uo-1", provider: "local", usd_per_hour: 0.25 };
        const step = await store.beginStep(fence, run.id, "provision", machine);
        const row = await store.machine("uo-1");
        expect(row).toEqual({
          ...machine,
          run_id: run.id,
          state: "intended",
          provider_id: null,
          host: null,
          port: null,
          host_keys_json: "[]",
          intended_at: expect.stringMatching(ISO),
          running_at: null,
          gone_at: null,
        });
        const running = {
          state: "running",
          provider_id: "p",
          host: "192.0.2.1",
          port: 22,
          host_keys_json: '["k"]',
        } as const;
        await store.finishStep(fence, step, { result: "again", machine: { name: "uo-1", ...running } });
        await store.beginStep(fence, run.id, "provision", { ...machine, usd_per_hour: 9 });
        expect(await store.machine("uo-1")).toEqual({ ...row, ...running });
      }));

    it("refuses a result that is none, and the attempt stays open", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        const step = await store.beginStep(fence, run.id, "fork");
        await expectCode(store.finishStep(fence, step, { result: "fine" as never }), "constraint");
        expect(await store.steps(run.id)).toEqual([step]);
        await store.finishStep(fence, step, { result: "succeeded" });
      }));

    it("may be finished under a newer fence of the same owner", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        const step = await store.beginStep(fence, run.id, "fork");
        const again = (await store.acquireLease(fence.lease, "me", 60_000))!;
        await store.finishStep({ lease: again.name, fence: again.fence }, step, { result: "succeeded" });
        expect(await store.steps(run.id)).toMatchObject([{ result: "succeeded", fence: fence.fence }]);
      }));

    it("is in the order of the attempts", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        for (let index = 0; index < 12; index += 1) await store.beginStep(fence, run.id, `step-${index % 3}`);
        const ids = (await store.steps(run.id)).map(({ id }) => id);
        expect(ids).toEqual(ids.toSorted((a, b) => a - b));
        expect(ids).toHaveLength(12);
      }));
  });
}
