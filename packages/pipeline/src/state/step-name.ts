import type { ProjectStatus } from "@universe-optimize/state-store";

/** The steps of a run, in their order. `finished` is no step: nothing is left to do. */
export const STEPS = [
  "fork",
  "provision",
  "bootstrap",
  "launch",
  "watch",
  "collect",
  "destroy",
  "contextualize",
  "render",
] as const;

export type StepName = (typeof STEPS)[number];

export type Position = StepName | "finished";

/** Whether `position` lies after `step` on the path. */
export function isBeyond(position: Position, step: StepName): boolean {
  return position === "finished" || STEPS.indexOf(position) > STEPS.indexOf(step);
}

/** The step after `step`, or `finished`. */
export function stepAfter(step: StepName): Position {
  return STEPS[STEPS.indexOf(step) + 1] ?? "finished";
}

/** Reads a position out of the database. */
export function parsePosition(text: string): Position {
  if (text === "finished" || (STEPS as readonly string[]).includes(text)) return text as Position;
  throw new TypeError(`the database names a step '${text}' that this version does not know`);
}

/** The specification's status while a run without an outcome stands at `step`. */
export const STATUS_AT: Readonly<Record<StepName, ProjectStatus>> = {
  fork: "provisioning",
  provision: "provisioning",
  bootstrap: "provisioning",
  launch: "running",
  watch: "running",
  collect: "running",
  destroy: "running",
  contextualize: "completed",
  render: "completed",
};
