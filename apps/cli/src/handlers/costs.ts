import type { MachineRow, StateStore } from "@universe-optimize/state-store";
import type { Costs } from "../views/costs-view.ts";

/** What a project has cost, all of its runs together. */
export async function projectCosts(store: StateStore | null, id: string): Promise<Costs> {
  const runs = (await store?.runs(id)) ?? [];
  const each = await Promise.all(
    runs.map(async (run) => {
      const [booked, machines] = await Promise.all([
        store?.costs(run.id) ?? [],
        store?.machines({ runId: run.id }) ?? [],
      ]);
      return { booked, machines };
    }),
  );
  const booked = each.flatMap((run) => run.booked);
  const now = Date.now();
  // One whose intent lies ahead waits for room: there is none of it yet.
  const alive = each
    .flatMap((run) => run.machines)
    .filter(({ state, intended_at }) => state !== "gone" && Date.parse(intended_at) <= now);
  const spent = (kind: string): number =>
    booked.filter((cost) => cost.kind === kind).reduce((sum, { usd }) => sum + usd, 0);
  const machinesUsd = spent("machine") + alive.reduce((sum, machine) => sum + costSince(machine, now), 0);
  const usd = booked.reduce((sum, cost) => sum + cost.usd, 0) - spent("machine") + machinesUsd;
  return { usd, machinesUsd, otherUsd: usd - machinesUsd, machinesAlive: alive.length };
}

/** A machine that is not gone costs from its intent on; afterwards its cost is booked. */
function costSince({ intended_at, usd_per_hour }: MachineRow, now: number): number {
  return ((now - Date.parse(intended_at)) / 3_600_000) * usd_per_hour;
}
