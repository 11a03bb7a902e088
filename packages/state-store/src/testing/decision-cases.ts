import { describe, expect, it } from "vitest";
import { begin, expectCode, facts, ISO, type Open, using } from "./campaign.ts";

const SHA = "a".repeat(64);

export function decisionCases(open: Open): void {
  describe("decisions of people", () => {
    it("are kept in order, with who and why", () =>
      using(open, async (store, reopen) => {
        await store.syncProjects([facts("a"), facts("b")]);
        const decision = {
          projectId: "a",
          kind: "guard_release",
          subject: "c0ffee touches_tests",
          reason: "only a comment",
          by: "operator",
        } as const;
        const row = await store.decide(decision);
        expect(row).toEqual({
          id: expect.any(Number),
          project_id: "a",
          kind: "guard_release",
          subject: "c0ffee touches_tests",
          reason: "only a comment",
          decided_by: "operator",
          decided_at: expect.stringMatching(ISO),
        });
        await store.decide({ ...decision, kind: "policy_override", subject: "CONTRIBUTING.md" });
        expect((await (await reopen()).decisions("a")).map(({ kind }) => kind)).toEqual([
          "guard_release",
          "policy_override",
        ]);
        expect(await store.decisions("b")).toEqual([]);
      }));

    it("need a reason and a project", () =>
      using(open, async (store) => {
        await store.syncProjects([facts("a")]);
        const decision = { projectId: "a", kind: "policy_override", subject: "x", by: "me" } as const;
        await expectCode(store.decide({ ...decision, reason: "  " }), "constraint");
        await expectCode(store.decide({ ...decision, reason: "r", projectId: "nobody" }), "not_found");
        expect(await store.decisions("a")).toEqual([]);
      }));
  });

  describe("approvals", () => {
    it("hold one draft each, the last word counts, and can be withdrawn", () =>
      using(open, async (store) => {
        await store.syncProjects([facts("a")]);
        const approval = {
          projectId: "a",
          template: "1.md",
          sha256: SHA,
          recipient: "jane@example.com",
          by: "operator",
        };
        await store.approve(approval);
        await store.approve({ ...approval, template: "2.md" });
        const again = await store.approve({ ...approval, sha256: "b".repeat(64) });
        expect(again).toEqual({
          project_id: "a",
          template: "1.md",
          sha256: "b".repeat(64),
          recipient: "jane@example.com",
          approved_by: "operator",
          approved_at: expect.stringMatching(ISO),
        });
        expect(await store.approvals("a")).toMatchObject([again, { template: "2.md", sha256: SHA }]);
        expect(await store.withdrawApproval("a", "1.md")).toBe(true);
        expect(await store.withdrawApproval("a", "1.md")).toBe(false);
        expect(await store.approvals("a")).toHaveLength(1);
        await expectCode(store.approve({ ...approval, sha256: "short" }), "constraint");
        await expectCode(store.approve({ ...approval, projectId: "nobody" }), "not_found");
      }));
  });

  describe("suppressions", () => {
    it("are addresses and domains in lower case, and the first word counts", () =>
      using(open, async (store) => {
        const requestedAt = new Date("2030-01-02T03:04:05.006Z");
        const first = await store.suppress({ target: " Jane@Example.com ", reason: "asked", requestedAt });
        expect(first).toEqual({
          target: "jane@example.com",
          reason: "asked",
          requested_at: requestedAt.toISOString(),
          recorded_at: expect.stringMatching(ISO),
        });
        expect(
          await store.suppress({ target: "jane@example.com", reason: "again", requestedAt: new Date() }),
        ).toEqual(first);
        await store.suppress({ target: "@example.org", reason: "legal", requestedAt });
        expect((await store.suppressions()).map(({ target }) => target)).toEqual([
          "@example.org",
          "jane@example.com",
        ]);
        for (const target of ["", "jane", "@", "a b@example.com", "jane@@example.com", "x@localhost"])
          await expectCode(store.suppress({ target, reason: "r", requestedAt }), "constraint");
      }));
  });

  describe("deliveries", () => {
    it("are appended, with the mail's Message-ID where there is one", () =>
      using(open, async (store) => {
        await begin(store, "a");
        const delivery = {
          projectId: "a",
          template: "1.md",
          sha256: SHA,
          channel: "imap",
          reference: "Drafts:17",
          messageId: "x@example.com",
        } as const;
        await store.recordDelivery(delivery);
        await store.recordDelivery({ ...delivery, channel: "sent", reference: null });
        expect(await store.deliveries("a")).toEqual([
          {
            id: expect.any(Number),
            project_id: "a",
            template: "1.md",
            sha256: SHA,
            channel: "imap",
            reference: "Drafts:17",
            message_id: "x@example.com",
            delivered_at: expect.stringMatching(ISO),
          },
          expect.objectContaining({ channel: "sent", reference: null }),
        ]);
        await expectCode(store.recordDelivery({ ...delivery, channel: "smtp" as never }), "constraint");
        await expectCode(store.recordDelivery({ ...delivery, projectId: "nobody" }), "not_found");
      }));
  });
}
