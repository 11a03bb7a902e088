import type { Services } from "@universe-optimize/pipeline";

/** Machines of the campaign by region, as the provider tells them; those that it places nowhere are left out. */
export async function machinesByRegion(
  { machines, config }: Pick<Services, "machines" | "config">,
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  const all = await machines.list({ project: "universe-optimize", campaign: config.campaign }, signal);
  for (const { placement } of all)
    if (placement !== undefined) counts[placement.region] = (counts[placement.region] ?? 0) + 1;
  return counts;
}
