import { campaignPaths } from "../campaign/campaign-paths.ts";
import { readConfig } from "../config/read-config.ts";
import { MachineNotices } from "../machine/machine-notices.ts";
import { type Estimate, estimateStart } from "../run/estimate.ts";

/** What a start of so many projects may cost at most. Changes nothing: neither database nor key is made for it. */
export async function estimateCampaign(directory: string, projects: number): Promise<Estimate> {
  const config = await readConfig(campaignPaths(directory).config);
  if (config.machines.provider !== "azure") {
    const free = { usdPerHour: 0, source: "machines of your own" };
    return await estimateStart({ config, machines: { price: async () => free } }, projects);
  }
  const { azureMachines } = await import("./azure-machines.ts");
  return await estimateStart(
    { config, machines: await azureMachines(config, null, new MachineNotices()) },
    projects,
  );
}
