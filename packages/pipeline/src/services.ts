import type { MachineProvider } from "@universe-optimize/cloud-vm";
import type { ForkProvider } from "@universe-optimize/github-fork";
import type { Connect, SessionFleet } from "@universe-optimize/remote-session";
import type { StateStore } from "@universe-optimize/state-store";
import type { CampaignPaths } from "./campaign/campaign-paths.ts";
import type { Secrets } from "./campaign/secrets.ts";
import type { Config } from "./config/config.ts";
import type { ForkNotices } from "./fork-notices.ts";
import type { MachineNotices } from "./machine/machine-notices.ts";

/** Time, so that tests can compress it by configuration and read it. */
export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Everything that the steps need from outside, behind ports. `compose` fills it in. */
export interface Services extends AsyncDisposable {
  readonly config: Config;
  readonly paths: CampaignPaths;
  readonly store: StateStore;
  readonly machines: MachineProvider;
  readonly notices: MachineNotices;
  readonly forks: ForkProvider;
  readonly forkNotices: ForkNotices;
  readonly connect: Connect;
  readonly sessions: SessionFleet;
  readonly sshKey: { readonly publicKey: string; readonly privateKey: string };
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** `check`: the machine is the operator's own, so nothing is installed on it. */
  readonly systemInstall: "install" | "check";
}
