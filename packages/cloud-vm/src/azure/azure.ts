import { setTimeout as sleep } from "node:timers/promises";
import type { CapacityBlocks } from "./capacity-blocks.ts";
import type { AzureClients } from "./clients.ts";
import type { AzureEvent } from "./events.ts";
import type { AzureSettings } from "./settings.ts";
import type { SharedNetwork } from "./shared-network.ts";
import type { QuotaCheck } from "./quota.ts";

/** What every act of the provider works with. */
export interface Azure {
  readonly settings: AzureSettings;
  readonly clients: AzureClients;
  readonly blocks: CapacityBlocks;
  readonly shared: SharedNetwork;
  readonly quota: QuotaCheck;
}

export function tell(
  azure: Pick<Azure, "settings">,
  kind: AzureEvent["kind"],
  machine: string | null,
  message: string,
): void {
  azure.settings.onEvent({ kind, machine, message });
}

/** Rejects with an AbortError when aborted. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal });
}

export function abortOption(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

/** The options of a long-running call. */
export function pollOptions(
  azure: Pick<Azure, "settings">,
  signal: AbortSignal | undefined,
): { updateIntervalInMs: number; abortSignal?: AbortSignal } {
  return { updateIntervalInMs: azure.settings.pollIntervalMs, ...abortOption(signal) };
}

/** Waits for a long-running operation; aborting ends the wait alone. */
export async function finish<T>(
  poller: { pollUntilDone(options?: { abortSignal?: AbortSignal }): Promise<T> },
  signal: AbortSignal | undefined,
): Promise<T> {
  return await poller.pollUntilDone(abortOption(signal));
}

const LONGEST_PAUSE = 30;

/** Pauses that grow from one poll interval to thirty of them. */
export function growingPauses(intervalMs: number): () => number {
  let factor = 1;
  return () => {
    const ms = intervalMs * factor;
    factor = Math.min(LONGEST_PAUSE, factor * 2);
    return ms;
  };
}
