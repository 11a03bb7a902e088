import { describe, expect, it } from "vitest";
import { begin, expectCode, facts, hold, ISO, type Open, using } from "./campaign.ts";

export function runCases(open: Open): void {
  describe("runs", () => {
    it("begin at their step, due now, and are found again", () =>
      using(open, async (store) => {
        const { run } = await begin(store, "a");
        expect(run).toEqual({
          id: expect.any(String),
          project_id: "a",
          number: 1,
          step: "fork",
          attempt: 0,
          due_at: expect.stringMatching(ISO),
          outcome: null,
          reason: null,
          session_id: null,
          facts_json: "{}",
          created_at: run.due_at,
          finished_at: null,
        });
        expect(await store.run(run.id)).toEqual(run);
        expect(await store.latestRun("a")).toEqual(run);
        expect(await store.runs("a")).toEqual([run]);
      }));

    it("that are not finished are listed as they are due", () =>
      using(open, async (store) => {
        expect(await store.unfinishedRuns()).toEqual([]);
        const [a, b, c] = [await begin(store, "a"), await begin(store, "b"), await begin(store, "c")];
        const later = await store.updateRun(a.fence, a.run.id, {
          run: { due_at: "2999-01-01T00:00:00.000Z" },
        });
        const finished_at = new Date().toISOString();
        await store.updateRun(b.fence, b.run.id, {
          run: { step: "finished", outcome: "failed", finished_at },
        });
        expect(await store.unfinishedRuns()).toEqual([c.run, later]);
      }));

    it("are null when unknown", () =>
      using(open, async (store) => {
        expect(await store.run("nothing")).toBeNull();
        expect(await store.latestRun("nothing")).toBeNull();
        expect(await store.runs("nothing")).toEqual([]);
      }));

    it("come one after the other", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        await expectCode(store.createRun(fence, "a", "fork"), "run_active");
        await store.updateRun(fence, run.id, {
          run: { step: "finished", outcome: "failed", finished_at: new Date().toISOString() },
        });
        const second = await store.createRun(fence, "a", "fork");
        expect(second.number).toBe(2);
        expect(second.id).not.toBe(run.id);
        expect(await store.latestRun("a")).toEqual(second);
        expect((await store.runs("a")).map(({ number }) => number)).toEqual([1, 2]);
      }));

    it("of two that are created at once there is one", () =>
      using(open, async (store, reopen) => {
        const other = await reopen();
        await store.syncProjects([facts("a")]);
        const fence = await hold(store, "project:a");
        const results = await Promise.allSettled([
          store.createRun(fence, "a", "fork"),
          other.createRun(fence, "a", "fork"),
        ]);
        expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
        expect(await store.runs("a")).toHaveLength(1);
      }));

    it("need their project", () =>
      using(open, async (store) => {
        const fence = await hold(store, "project:nobody");
        await expectCode(store.createRun(fence, "nobody", "fork"), "not_found");
        await expectCode(store.updateRun(fence, "nothing", { run: { reason: "x" } }), "not_found");
        await expectCode(store.beginStep(fence, "nothing", "fork"), "not_found");
      }));

    it("take a change as a whole or not at all", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        const patch = {
          step: "watch",
          due_at: "2030-01-02T03:04:05.006Z",
          session_id: "s",
          facts_json: '{"a":1}',
          reason: "because",
        };
        const changed = await store.updateRun(fence, run.id, { run: patch });
        expect(changed).toEqual({ ...run, ...patch });
        expect(await store.run(run.id)).toEqual(changed);
        await expectCode(
          store.updateRun(fence, run.id, { run: { reason: "no", outcome: "great" as never } }),
          "constraint",
        );
        await expectCode(
          store.updateRun(fence, run.id, { run: { reason: "no", facts_json: "{" } }),
          "constraint",
        );
        expect(await store.run(run.id)).toEqual(changed);
      }));

    it("count attempts anew at another step, unless told otherwise", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        await store.beginStep(fence, run.id, "fork");
        expect(
          (await store.updateRun(fence, run.id, { run: { step: "fork", reason: "same" } })).attempt,
        ).toBe(1);
        expect((await store.updateRun(fence, run.id, { run: { step: "watch" } })).attempt).toBe(0);
        expect((await store.updateRun(fence, run.id, { run: { step: "collect", attempt: 3 } })).attempt).toBe(
          3,
        );
        expect((await store.run(run.id))?.attempt).toBe(3);
      }));

    it("are unchanged by an empty change", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        expect(await store.updateRun(fence, run.id, { run: {}, project: {} })).toEqual(run);
      }));
  });
}
