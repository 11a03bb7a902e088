import type { Project } from "@universe-optimize/project-list";
import type { MachineRow, RunOutcome, RunRow, StepOutcome } from "@universe-optimize/state-store";
import type { RunFacts } from "../run/facts.ts";
import type { Services } from "../services.ts";
import type { StepName } from "../state/step-name.ts";

/** What a step works with. It writes to the database only through its report. */
export interface StepContext {
  readonly services: Services;
  readonly project: Project;
  readonly run: RunRow;
  readonly facts: RunFacts;
  /** Aborted by Ctrl-C and when the lease is lost. */
  readonly signal: AbortSignal;
  /** A line for the person who watches. */
  progress(message: string): void;
}

/** What else an outcome writes beside the state machine's own columns. */
type StepChanges = Omit<StepOutcome, "result" | "errorCode" | "errorMessage" | "run">;

/** What a step came to; failures are thrown. */
export type StepReport = {
  /** Merged into the run's facts. */
  readonly facts?: RunFacts;
  readonly changes?: StepChanges;
} & (
  | { readonly kind: "succeeded"; readonly outcome?: RunOutcome; readonly reason?: string }
  | { readonly kind: "again"; readonly afterMs: number }
  | { readonly kind: "machine_gone"; readonly message: string }
);

/** One idempotent act of a run: doing it again after a crash at any point changes nothing but what is missing. */
export interface Step {
  readonly name: StepName;
  /** The machine row that must be on disk before `execute` may create that machine. */
  intent?(context: StepContext): Promise<Pick<MachineRow, "name" | "provider" | "usd_per_hour">>;
  execute(context: StepContext): Promise<StepReport>;
}
