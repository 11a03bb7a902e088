import type { ProjectStatus } from "@universe-optimize/state-store";

/** Every step that a run may take. `finished` is no step: nothing is left to do. */
export const STEPS = [
  "fork",
  "provision",
  "bootstrap",
  "launch",
  "watch",
  "collect",
  "destroy",
  "provision-proof",
  "prove",
  "destroy-proof",
  "contextualize",
  "render",
] as const;

export type StepName = (typeof STEPS)[number];

export type Position = StepName | "finished";

/** Where claims are measured: on the run's own machine, on a machine that the agent never touched, or not at all. */
export type ProofPlace = "same" | "fresh" | "none";

const TO_COLLECT: readonly StepName[] = ["fork", "provision", "bootstrap", "launch", "watch", "collect"];
const TO_DRAFTS: readonly StepName[] = ["contextualize", "render"];

const PATHS: Readonly<Record<ProofPlace, readonly StepName[]>> = {
  same: [...TO_COLLECT, "prove", "destroy", ...TO_DRAFTS],
  // The agent's machine goes first: nothing of it can reach the measurement, and it costs nothing meanwhile.
  fresh: [...TO_COLLECT, "destroy", "provision-proof", "prove", "destroy-proof", ...TO_DRAFTS],
  none: [...TO_COLLECT, "destroy", ...TO_DRAFTS],
};

/** The steps of a run, in their order. */
export function pathOf(proofOn: ProofPlace): readonly StepName[] {
  return PATHS[proofOn];
}

/** Whether `position` lies after `step` on the path; a step that the path lacks is passed with the one before it. */
export function isBeyond(position: Position, step: StepName, proofOn: ProofPlace): boolean {
  if (position === "finished") return true;
  return rank(position, proofOn) > rank(step, proofOn);
}

/** The step that ends the proof: the one after which no machine of it is left. */
export function lastStepOfProof(proofOn: ProofPlace): StepName {
  return proofOn === "fresh" ? "destroy-proof" : "destroy";
}

/** The step after `step`, or `finished`. */
export function stepAfter(step: StepName, proofOn: ProofPlace): Position {
  const path = pathOf(proofOn);
  const place = path.indexOf(step);
  return (place === -1 ? path.find((next) => isBeyond(next, step, proofOn)) : path[place + 1]) ?? "finished";
}

/** Place on the path; steps that it lacks lie half a place after the last one before them. */
function rank(step: StepName, proofOn: ProofPlace): number {
  const path = pathOf(proofOn);
  const place = path.indexOf(step);
  if (place !== -1) return place;
  const before = STEPS.slice(0, STEPS.indexOf(step)).findLast((earlier) => path.includes(earlier));
  return (before === undefined ? -1 : path.indexOf(before)) + 0.5;
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
  "provision-proof": "completed",
  prove: "completed",
  "destroy-proof": "completed",
  contextualize: "completed",
  render: "completed",
};
