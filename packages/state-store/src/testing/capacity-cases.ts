import { describe, expect, it } from "vitest";
import { withMachineCap } from "../machine-cap.ts";
import { begin, expectCode, type Open, using } from "./campaign.ts";

const machine = (name: string) => ({ name, provider: "local", usd_per_hour: 0 });

export function capacityCases(open: Open): void {
  describe("the number of machines", () => {
    it("is never exceeded by many that ask at once, and a place is free when its machine is gone", () =>
      using(open, async (store, reopen) => {
        const capped = [withMachineCap(store, () => 3), withMachineCap(await reopen(), () => 3)];
        const runs: Awaited<ReturnType<typeof begin>>[] = [];
        for (let index = 0; index < 8; index += 1) runs.push(await begin(store, `p${index}`));
        const ask = (index: number) => {
          const { fence, run } = runs[index]!;
          return capped[index % 2]!.beginStep(fence, run.id, "provision", machine(`m${index}`));
        };
        const asked = await Promise.allSettled(runs.map((_, index) => ask(index)));
        expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
        const alive = await store.machines("alive");
        expect(alive).toHaveLength(3);
        const refused = asked.findIndex(({ status }) => status === "rejected");
        expect(asked[refused]).toMatchObject({ reason: { code: "capacity", retryable: true } });
        const { fence: refusedFence, run } = runs[refused]!;
        expect(await store.steps(run.id)).toEqual([]);
        expect(await store.run(run.id)).toEqual(run);

        // Whoever has a place keeps it, and takes no second one.
        const kept = Number(alive[0]!.name.slice(1));
        const step = await ask(kept);
        expect(step.attempt).toBe(2);
        await expectCode(ask(refused), "capacity");
        await store.finishStep(runs[kept]!.fence, step, {
          result: "succeeded",
          machine: { name: `m${kept}`, state: "gone" },
        });
        await ask(refused);
        expect(await store.machines("alive")).toHaveLength(3);
        // A step without a machine needs no place.
        await capped[0]!.beginStep(refusedFence, run.id, "watch");
      }));
  });
}
