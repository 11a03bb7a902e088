import type { EndClass, ProjectPicture, RunPicture } from "../../src/decide/picture.ts";

const HOUR_MS = 3_600_000;

/** A finished run of one hour, unless `more` says otherwise. */
export function runPicture(
  id: string,
  number: number,
  end: EndClass | null,
  more: Partial<RunPicture> = {},
): RunPicture {
  const failing = end === "failed" || end === "timedOut" || end === "lost";
  return {
    id: `${id}/${number}`,
    number,
    step: end === null ? "watch" : "finished",
    end,
    reason: failing ? "bootstrap: it broke" : null,
    holdsSlot: end === null,
    agentOpen: end === null,
    blocked: false,
    wantsStronger: false,
    dueAt: 0,
    createdAt: (number - 1) * HOUR_MS,
    finishedAt: end === null ? null : number * HOUR_MS,
    agentUsd: 0,
    machineUsd: 0,
    claims: end === "completed" ? 1 : 0,
    verified: 0,
    failureClass: failing ? "bootstrap:bootstrap_failed" : null,
    ...more,
  };
}

/** A project whose runs ended so, oldest first; null: it goes on. */
export function project(id: string, ...ends: readonly (EndClass | null)[]): ProjectPicture {
  return { id, runs: ends.map((end, index) => runPicture(id, index + 1, end)) };
}

/** n projects named p1, p2 … whose runs ended so. */
export function projectsOf(n: number, ...ends: readonly (EndClass | null)[]): ProjectPicture[] {
  return Array.from({ length: n }, (_, index) => project(`p${index + 1}`, ...ends));
}
