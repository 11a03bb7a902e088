import { describe, expect, it } from "vitest";
import { begin, expectCode, facts, ISO, type Open, using } from "./campaign.ts";

export function projectCases(open: Open): void {
  describe("projects", () => {
    it("are inserted as pending, with all columns of the specification", () =>
      using(open, async (store) => {
        await store.syncProjects([facts("b"), facts("a", { company: "Company" })]);
        const projects = await store.projects();
        expect(projects.map(({ id }) => id)).toEqual(["a", "b"]);
        expect(projects[0]).toEqual({
          id: "a",
          repo: "org/a",
          language: "python",
          fork_url: null,
          company: "Company",
          contact_name: "First Last",
          contact_email: "first.last@example.com",
          contact_title: "CTO",
          status: "pending",
          vm_id: null,
          vm_ip: null,
          created_at: expect.stringMatching(ISO),
          started_at: null,
          completed_at: null,
          optimization_branch: null,
          num_optimizations: 0,
          best_speedup: null,
          summary_json: null,
          email_draft_path: null,
        });
      }));

    it("keep what the pipeline wrote when their facts are refreshed, and none is removed", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        await store.updateRun(fence, run.id, { project: { status: "running", vm_ip: "192.0.2.1" } });
        const before = await store.project("a");
        await store.syncProjects([facts("a", { repo: "org/moved", contact_email: null }), facts("b")]);
        await store.syncProjects([]);
        expect(await store.project("a")).toEqual({ ...before, repo: "org/moved", contact_email: null });
        expect(await store.projects()).toHaveLength(2);
      }));

    it("are null when unknown", () =>
      using(open, async (store) => {
        expect(await store.project("nobody")).toBeNull();
        expect(await store.projects()).toEqual([]);
      }));

    it("are all inserted or none", () =>
      using(open, async (store) => {
        const broken = { ...facts("b"), repo: null as never };
        await expectCode(store.syncProjects([facts("a"), broken]), "constraint");
        expect(await store.projects()).toEqual([]);
      }));

    it("take every status of the specification and no other", () =>
      using(open, async (store) => {
        const { fence, run } = await begin(store, "a");
        for (const status of [
          "pending",
          "provisioning",
          "running",
          "completed",
          "failed",
          "destroyed",
        ] as const) {
          await store.updateRun(fence, run.id, { project: { status } });
          expect((await store.project("a"))?.status).toBe(status);
        }
        await expectCode(
          store.updateRun(fence, run.id, { project: { status: "done" as never } }),
          "constraint",
        );
        expect((await store.project("a"))?.status).toBe("destroyed");
      }));
  });
}
