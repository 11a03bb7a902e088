import fc from "fast-check";
import { parseConfig } from "@universe-optimize/pipeline/config";
import { expect, it } from "vitest";
import { runPicture } from "../../test/support/pictures.ts";
import { ledgerOf } from "./budget.ts";
import { isActive, latestOf, type EndClass, type ProjectPicture } from "./picture.ts";
import { plan } from "./plan.ts";
import { wavesOf } from "./waves.ts";

const ENDS: readonly EndClass[] = ["completed", "empty", "failed", "timedOut", "lost", "skipped", "stopped"];

const projects: fc.Arbitrary<ProjectPicture[]> = fc
  .array(
    fc.record({
      ends: fc.array(fc.constantFrom(...ENDS), { maxLength: 3 }),
      active: fc.boolean(),
      usd: fc.integer({ min: 0, max: 30 }),
    }),
    { maxLength: 25 },
  )
  .map((all) =>
    all.map(({ ends, active, usd }, index) => {
      const id = `p${index}`;
      const over = ends.map((end, run) => runPicture(id, run + 1, end, { agentUsd: usd }));
      return { id, runs: active ? [...over, runPicture(id, ends.length + 1, null)] : over };
    }),
  );

it("never starts beyond room, budget or wave, nor a project twice", () => {
  fc.assert(
    fc.property(
      projects,
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 0, max: 400 }),
      fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 4 }),
      fc.boolean(),
      (all, machines, agentUsd, sizes, known) => {
        const batch = { budget: { campaign: { agentUsd } }, waves: { sizes }, breaker: { failures: 1000 } };
        const { batch: policy } = parseConfig(JSON.stringify({ campaign: "a", batch }), "test");
        const ceiling = { agentUsd: 20, machineUsd: 1 };
        const made = plan({
          projects: all,
          policy,
          machines,
          proofs: false,
          ceiling,
          now: 1e12,
          pause: null,
          resumption: { at: 0, acceptedWaves: 0, retryFrom: null },
          fingerprint: "kit",
          canary: known ? { fingerprint: "kit", state: "passed", projectId: null, runNumber: 0 } : null,
          aliveIn: {},
        });
        const active = all.filter(isActive).length;
        const { spent, reserved } = ledgerOf(all, ceiling);
        expect(new Set(made.start).size).toBe(made.start.length);
        expect(made.start.length).toBeLessThanOrEqual(Math.max(0, machines - active));
        if (!known) expect(made.start.length).toBeLessThanOrEqual(1);
        if (made.start.length > 0)
          expect(spent.agentUsd + reserved.agentUsd + made.start.length * 20).toBeLessThanOrEqual(agentUsd);
        const open = wavesOf(all, sizes)[made.wave] ?? [];
        for (const id of made.start) {
          const project = open.find((one) => one.id === id);
          expect(project).toBeDefined();
          expect(project !== undefined && isActive(project)).toBe(false);
          expect(["completed", "stopped"]).not.toContain(
            project === undefined ? null : latestOf(project)?.end,
          );
        }
        // It ends only when nothing goes on that it could have waited for.
        if (made.state === "drained") expect(made.start).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});
