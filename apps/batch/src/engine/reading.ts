import type { Services } from "@universe-optimize/pipeline";
import { ledgerOf, type RunCeiling } from "../decide/budget.ts";
import type { Dispatcher } from "../dispatcher.ts";
import type { Reading } from "../observe/metrics.ts";
import type { CampaignPicture } from "./campaign-picture.ts";

/** What the metrics say now. */
export async function readingOf(
  parts: {
    readonly services: Services;
    readonly picture: CampaignPicture;
    readonly ceiling: RunCeiling;
    readonly dispatcher: Dispatcher;
  } & Pick<Reading, "leader" | "paused" | "alarms" | "lastSweepAt" | "noticesLost" | "apiLeft">,
): Promise<Reading> {
  const { services, picture, ceiling, dispatcher, ...known } = parts;
  const { spent, reserved } = ledgerOf(picture.projects, ceiling);
  const looks = await dispatcher.counts();
  return {
    ...known,
    projects: picture.counts(),
    machinesAlive: (await services.store.machines("alive")).length,
    usd: [
      { kind: "agent", state: "spent", usd: spent.agentUsd },
      { kind: "agent", state: "reserved", usd: reserved.agentUsd },
      { kind: "machine", state: "spent", usd: spent.machineUsd },
      { kind: "machine", state: "reserved", usd: reserved.machineUsd },
    ],
    looksWaiting: looks.waiting,
    looksActive: looks.active,
  };
}
