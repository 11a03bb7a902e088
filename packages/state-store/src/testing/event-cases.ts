import { describe, expect, it } from "vitest";
import { begin, expectCode, facts, ISO, type Open, using } from "./campaign.ts";

export function eventCases(open: Open): void {
  describe("events", () => {
    it("are appended in order and read from any place", () =>
      using(open, async (store) => {
        const { run } = await begin(store, "a");
        const first = await store.appendEvent({ kind: "campaign", message: "started" });
        expect(first).toEqual({
          id: expect.any(Number),
          at: expect.stringMatching(ISO),
          project_id: null,
          run_id: null,
          kind: "campaign",
          message: "started",
          data_json: "{}",
        });
        for (let index = 0; index < 5; index += 1) {
          await store.appendEvent({
            kind: "k",
            message: `${index}`,
            data: [index],
            projectId: "a",
            runId: run.id,
          });
        }
        expect(await store.events()).toHaveLength(6);
        const ofProject = await store.events({ projectId: "a" });
        expect(ofProject.map(({ message }) => message)).toEqual(["0", "1", "2", "3", "4"]);
        expect(ofProject[3]).toMatchObject({ data_json: "[3]", run_id: run.id });
        const page = await store.events({ after: ofProject[0]!.id, limit: 2 });
        expect(page).toEqual(ofProject.slice(1, 3));
        expect(await store.events({ after: ofProject[4]!.id })).toEqual([]);
        expect(await store.events({ limit: 0 })).toEqual([]);
      }));

    it("refuse a project or run that is not there, and data that is no JSON", () =>
      using(open, async (store) => {
        await expectCode(store.appendEvent({ kind: "k", message: "m", projectId: "nobody" }), "constraint");
        await expectCode(store.appendEvent({ kind: "k", message: "m", runId: "nothing" }), "constraint");
        await expectCode(store.appendEvent({ kind: "k", message: "m", data: 1n }), "constraint");
        expect(await store.events()).toEqual([]);
      }));
  });

  describe("a store", () => {
    it("shows what another one wrote, and what was written before it was opened", () =>
      using(open, async (store, reopen) => {
        const before = await reopen();
        await store.syncProjects([facts("a")]);
        expect(await before.projects()).toHaveLength(1);
        await store[Symbol.asyncDispose]();
        const after = await reopen();
        expect(await after.projects()).toHaveLength(1);
        expect(after.schemaVersion).toBe(store.schemaVersion);
        expect(after.schemaVersion).toBeGreaterThanOrEqual(1);
      }));

    it("writes of two at once all arrive", () =>
      using(open, async (store, reopen) => {
        const other = await reopen();
        await Promise.all(
          Array.from({ length: 40 }, (_, index) =>
            (index % 2 === 0 ? store : other).appendEvent({ kind: "k", message: `${index}` }),
          ),
        );
        const messages = (await store.events()).map(({ message }) => Number(message));
        expect(messages.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index));
      }));

    it("finishes what was asked for before it was disposed of, and takes nothing after", () =>
      using(open, async (store, reopen) => {
        const asked = store.appendEvent({ kind: "k", message: "last" });
        await store[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
        expect((await asked).message).toBe("last");
        await expectCode(store.events(), "closed");
        await expectCode(store.appendEvent({ kind: "k", message: "late" }), "closed");
        expect(await (await reopen()).events()).toHaveLength(1);
      }));
  });
}
