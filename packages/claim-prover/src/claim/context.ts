import type { ProjectCommands } from "../build/find-commands.ts";
import type { Clone } from "../git/clone.ts";
import type { ProveRequest, ProveSettings } from "../request.ts";
import type { Sandbox } from "../run/sandbox.ts";
import type { Random } from "../stats/random.ts";

/** One fact of a running proof. `message` is for people, one plain line. */
export interface ProgressEvent {
  /** `proof` for what concerns all claims. */
  readonly scope: "proof" | "claim";
  /** The claim's place in summary.json; absent for `proof`. */
  readonly index?: number;
  /** What is going on: `start`, `evidence`, `build`, `calibrate`, `control`, `gain`, `checks`, `tests`, `ablation`, `memory`, `product`, `done`. */
  readonly stage: string;
  readonly message: string;
}

/** What the steps of every claim share. */
export interface ProofContext {
  readonly request: ProveRequest;
  readonly settings: ProveSettings;
  readonly clone: Clone;
  readonly sandbox: Sandbox;
  readonly commands: ProjectCommands;
  readonly random: Random;
  readonly progress: (event: ProgressEvent) => void;
}
