import { describe, expect, it } from "vitest";
import type { DraftRow, OptimizationRow } from "../rows.ts";
import type { StepOutcome } from "../store.ts";
import { begin, everything, expectCode, facts, ISO, type Open, using } from "./campaign.ts";

function optimization(position: number): Omit<OptimizationRow, "run_id"> {
  return {
    position,
    commit_sha: "0123456789abcdef",
    function_name: "parse_rule",
    file: "src/rules.py",
    description: "replaced a linear scan",
    technique: "hash lookup",
    speedup_text: "2.3x faster",
    speedup: 2.3,
    memory_text: "-50 MiB",
    memory_mib: 50,
    label: "unproven",
    reason: null,
    quoted: 2.2,
    lower: 2.15,
    upper: 2.4,
    quoted_mib: null,
  };
}

function draft(runId: string, template: string): DraftRow {
  return {
    project_id: "a",
    template,
    run_id: runId,
    path: `results/a/emails/${template}`,
    subject: "A subject",
    state: "draft",
    proven: false,
    generated_sha256: "1",
    input_sha256: "2",
    rendered_at: "2030-01-02T03:04:05.006Z",
    sent_at: null,
  };
}

export function outcomeCases(open: Open): void {
  describe("an outcome", () => {
    it("writes all of its parts", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        const step = await store.beginStep(fence, run.id, "collect", {
          name: "m",
          provider: "local",
          usd_per_hour: 0,
        });
        const gone_at = "2030-01-02T03:04:05.006Z";
        const after = await store.finishStep(fence, step, {
          result: "succeeded",
          run: { step: "destroy", session_id: "s" },
          project: {
            status: "completed",
            num_optimizations: 2,
            best_speedup: "2.3x faster",
            summary_json: "{}",
          },
          machine: { name: "m", state: "gone", gone_at },
          optimizations: [optimization(1), optimization(0)],
          drafts: [draft(run.id, "email_1_proof.md")],
          costs: [{ kind: "agent", source: "usage.json", usd: 1.5, basis: "measured" }],
          events: [{ kind: "collected", message: "2 optimizations", data: { kept: 2 } }],
        });
        expect(after).toMatchObject({ step: "destroy", attempt: 0, session_id: "s" });
        expect(await store.run(run.id)).toEqual(after);
        expect(await store.project("a")).toMatchObject({ status: "completed", num_optimizations: 2 });
        expect(await store.machine("m")).toMatchObject({ state: "gone", gone_at });
        expect(await store.optimizations(run.id)).toEqual([
          { run_id: run.id, ...optimization(0) },
          { run_id: run.id, ...optimization(1) },
        ]);
        expect(await store.drafts("a")).toEqual([draft(run.id, "email_1_proof.md")]);
        expect(await store.costs(run.id)).toEqual([
          {
            run_id: run.id,
            kind: "agent",
            source: "usage.json",
            usd: 1.5,
            basis: "measured",
            recorded_at: expect.stringMatching(ISO),
          },
        ]);
        expect(await store.events({ projectId: "a" })).toMatchObject([
          {
            project_id: "a",
            run_id: run.id,
            kind: "collected",
            message: "2 optimizations",
            data_json: '{"kept":2}',
          },
        ]);
      }));

    it("writes nothing when one of its parts is refused", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        const step = await store.beginStep(fence, run.id, "fork");
        const before = await everything(store, "a");
        const good: StepOutcome = {
          result: "succeeded",
          run: { step: "provision" },
          project: { status: "running" },
          optimizations: [optimization(0)],
          events: [{ kind: "k", message: "m" }],
        };
        const cyclic: unknown[] = [];
        cyclic.push(cyclic);
        const bad: readonly Partial<StepOutcome>[] = [
          { optimizations: [optimization(0), optimization(0)] },
          { optimizations: [{ ...optimization(0), label: "proven" as never }] },
          { drafts: [draft("no such run", "t")] },
          { drafts: [{ ...draft(run.id, "t"), project_id: "nobody" }] },
          { costs: [{ kind: "agent", source: "s", usd: -1, basis: "measured" }] },
          { costs: [{ kind: "agent", source: "s", usd: Number.NaN, basis: "measured" }] },
          { costs: [{ kind: "agent", source: "s", usd: Number.POSITIVE_INFINITY, basis: "measured" }] },
          { project: { num_optimizations: -1 } },
          { events: [{ kind: "k", message: "m", data: cyclic }] },
        ];
        for (const part of bad)
          await expectCode(store.finishStep(fence, step, { ...good, ...part }), "constraint");
        const unknown = { ...good, machine: { name: "no such machine", state: "gone" } } as const;
        await expectCode(store.finishStep(fence, step, unknown), "not_found");
        expect(await everything(store, "a")).toEqual(before);
        await store.finishStep(fence, step, good);
      }));

    it("replaces optimizations, and leaves them where it names none", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        await store.updateRun(fence, run.id, { optimizations: [optimization(0), optimization(1)] });
        await store.updateRun(fence, run.id, { run: { reason: "x" } });
        expect(await store.optimizations(run.id)).toHaveLength(2);
        const bare = {
          ...optimization(0),
          commit_sha: null,
          speedup: null,
          speedup_text: null,
          memory_text: null,
          memory_mib: null,
        };
        await store.updateRun(fence, run.id, { optimizations: [bare] });
        expect(await store.optimizations(run.id)).toEqual([{ run_id: run.id, ...bare }]);
        await store.updateRun(fence, run.id, { optimizations: [] });
        expect(await store.optimizations(run.id)).toEqual([]);
      }));

    it("adds and replaces drafts by their template", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        await store.updateRun(fence, run.id, { drafts: [draft(run.id, "b.md"), draft(run.id, "a.md")] });
        const edited: DraftRow = {
          ...draft(run.id, "b.md"),
          state: "edited",
          proven: true,
          subject: "Another",
        };
        await store.updateRun(fence, run.id, { drafts: [edited] });
        expect(await store.drafts("a")).toEqual([draft(run.id, "a.md"), edited]);
        expect(await store.drafts("nobody")).toEqual([]);
      }));

    it("replaces a cost of the same kind and source", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        const cost = { kind: "machine", source: "m", usd: 1, basis: "estimated" } as const;
        await store.updateRun(fence, run.id, { costs: [cost, { ...cost, kind: "agent" }] });
        await store.updateRun(fence, run.id, { costs: [{ ...cost, usd: 2, basis: "measured" }] });
        expect(await store.costs(run.id)).toMatchObject([
          { kind: "agent", source: "m", usd: 1, basis: "estimated" },
          { kind: "machine", source: "m", usd: 2, basis: "measured" },
        ]);
      }));

    it("keeps text as it is, whatever is in it", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        const reason = '\'; drop table runs; -- \u{1F600} \r\n\u0007 {{ x }} "ß"';
        await store.updateRun(fence, run.id, { run: { reason } });
        expect((await store.run(run.id))?.reason).toBe(reason);
      }));
  });

  describe("machines", () => {
    it("are listed by run, or alive", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        for (const name of ["one", "two"]) {
          const step = await store.beginStep(fence, run.id, "provision", {
            name,
            provider: "local",
            usd_per_hour: 0,
          });
          await store.finishStep(fence, step, { result: "succeeded", machine: { name, state: "running" } });
        }
        await store.updateRun(fence, run.id, { machine: { name: "one", state: "gone" } });
        expect((await store.machines({ runId: run.id })).map(({ name }) => name).toSorted()).toEqual([
          "one",
          "two",
        ]);
        expect((await store.machines("alive")).map(({ name }) => name)).toEqual(["two"]);
        await store.updateRun(fence, run.id, { machine: { name: "two", state: "deleting" } });
        expect(await store.machines("alive")).toHaveLength(1);
        expect(await store.machine("three")).toBeNull();
        expect(await store.machines({ runId: "nothing" })).toEqual([]);
      }));
  });

  describe("drafts that were sent", () => {
    it("keep the time of the first word", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        await store.updateRun(fence, run.id, { drafts: [draft(run.id, "1.md")] });
        const first = new Date("2030-01-01T00:00:00.000Z");
        expect(await store.markSent("a", first)).toMatchObject([
          { state: "sent", sent_at: first.toISOString() },
        ]);
        await store.updateRun(fence, run.id, { drafts: [draft(run.id, "2.md")] });
        const second = new Date("2030-01-02T00:00:00.000Z");
        expect(await store.markSent("a", second)).toMatchObject([
          { template: "1.md", sent_at: first.toISOString() },
          { template: "2.md", sent_at: second.toISOString() },
        ]);
        expect(await store.drafts("a")).toHaveLength(2);
      }));

    it("need their project and a date", () =>
      using(open, async (store) => {
        await store.syncProjects([facts("a")]);
        expect(await store.markSent("a", new Date())).toEqual([]);
        await expectCode(store.markSent("nobody", new Date()), "not_found");
        await expectCode(store.markSent("a", new Date(Number.NaN)), "constraint");
      }));
  });
}
