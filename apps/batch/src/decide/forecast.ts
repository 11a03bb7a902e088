import type { RunCeiling } from "./budget.ts";
import { isActive, type ProjectPicture } from "./picture.ts";
import { wavesOf } from "./waves.ts";

/** What is to come, in USD and hours. */
export interface Forecast {
  /** Projects that are neither final nor under way. */
  readonly waiting: number;
  readonly running: number;
  /** Hours of one run: the mean of those that are over, else the longest that it may take. */
  readonly hoursPerRun: number;
  readonly basis: "measured" | "longest";
  /** Expected further cost: the mean of runs that are over, else the ceiling; null: nobody can say. */
  readonly agentUsd: number | null;
  readonly machineUsd: number;
  /** The most that it may come to. */
  readonly atMost: { readonly agentUsd: number | null; readonly machineUsd: number };
  /** ms since 1970 */
  readonly endAt: number;
}

export interface ForecastInput {
  readonly projects: readonly ProjectPicture[];
  readonly isFinal: (project: ProjectPicture) => boolean;
  readonly ceiling: RunCeiling;
  /** The longest that a run may take, in hours. */
  readonly longestHours: number;
  readonly machines: number;
  readonly waveSizes: readonly number[];
  readonly now: number;
}

/** Runs that must be over before their mean says something. */
const ENOUGH = 3;

/** Cost and end of a campaign: waves one after another, each as many runs at a time as there may be machines. */
export function forecast(input: ForecastInput): Forecast {
  const { projects, isFinal, ceiling, now } = input;
  const over = projects
    .flatMap(({ runs }) => runs)
    .filter(({ end, finishedAt }) => end !== null && end !== "skipped" && finishedAt !== null);
  const measured = over.length >= ENOUGH;
  const mean = (of: (run: (typeof over)[number]) => number): number =>
    over.reduce((sum, run) => sum + of(run), 0) / over.length;
  const hoursPerRun = measured
    ? mean(({ createdAt, finishedAt }) => ((finishedAt ?? createdAt) - createdAt) / 3_600_000)
    : input.longestHours;
  const running = projects.filter(isActive).length;
  const waiting = projects.filter((project) => !isActive(project) && !isFinal(project)).length;
  let rounds = 0;
  for (const wave of wavesOf(projects, input.waveSizes)) {
    const open = wave.filter((project) => !isFinal(project)).length;
    rounds += Math.ceil(open / input.machines);
  }
  const count = waiting + running;
  return {
    waiting,
    running,
    hoursPerRun,
    basis: measured ? "measured" : "longest",
    agentUsd: measured
      ? mean(({ agentUsd }) => agentUsd) * count
      : ceiling.agentUsd === null
        ? null
        : ceiling.agentUsd * count,
    machineUsd: (measured ? mean(({ machineUsd }) => machineUsd) : ceiling.machineUsd) * count,
    atMost: {
      agentUsd: ceiling.agentUsd === null ? null : ceiling.agentUsd * count,
      machineUsd: ceiling.machineUsd * count,
    },
    endAt: now + rounds * hoursPerRun * 3_600_000,
  };
}
