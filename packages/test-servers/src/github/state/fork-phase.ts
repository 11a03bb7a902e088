import type { ForkTiming } from "../options.ts";
import type { Repository } from "./repository.ts";

/**
 * What can be had of a fork that is being made, in this order: nothing; REST alone; REST and an empty clone; everything but writing;
 * everything.
 */
export type ForkPhase = "hidden" | "unexported" | "empty" | "read-only" | "ready";

/** The phase at a time. A repository that is no fork, or came as one, is ready. */
export function forkPhase(repo: Repository, timing: ForkTiming, nowMs: number): ForkPhase {
  if (repo.forking === null) return "ready";
  let left = nowMs - repo.forking.askedAtMs;
  const phases = [
    ["hidden", timing.hiddenMs],
    ["unexported", timing.unexportedMs],
    ["empty", timing.emptyMs],
    ["read-only", timing.readOnlyMs],
  ] as const;
  for (const [phase, lengthMs = 0] of phases) {
    if (phase === "empty" && (repo.forking.neverReady || !repo.forking.copied)) return "empty";
    if (left < lengthMs) return phase;
    left -= lengthMs;
  }
  return "ready";
}

/** Whether git has the fork's objects. */
export const hasObjects = (phase: ForkPhase): boolean => phase === "ready" || phase === "read-only";
