import type { Look } from "../proof.ts";
import type { Findings } from "./findings.ts";
import type { GainRun } from "./measure-gain.ts";
import type { Ruling } from "./ruling.ts";
import { describeLook, range } from "./sentences.ts";
import { halfWidth, LEAST_GAIN, MOST_GAIN, MOST_HALF_WIDTH } from "./thresholds.ts";

/** Pure: what a session's last look says. Null: it passed. */
export function judgeLook(look: Look, floor: number): Ruling | null {
  const [lower, upper] = look.interval;
  const wide = isTooWide(look);
  if (lower >= floor && !wide) return null;
  // A gain that the machine's own noise hides is not refuted.
  if ((wide && upper >= LEAST_GAIN) || (floor > LEAST_GAIN && look.estimate >= LEAST_GAIN)) {
    return {
      reason: "unstable",
      explanation: `This machine is too noisy for the claim: ${describeLook(look)}, where the lower bound must be at least ${floor.toFixed(3)}.`,
    };
  }
  return {
    reason: "no_gain",
    explanation: `Measured ${look.estimate.toFixed(3)}x, interval ${range(look.interval)}; the lower bound must be at least ${floor.toFixed(3)}.`,
  };
}

/** Whether the interval says too little, whatever lies in it. */
export function isTooWide(look: Look): boolean {
  return halfWidth(look) > MOST_HALF_WIDTH;
}

/** What the samples of a gain session make suspicious, whatever their times say. */
export function guardSession(run: GainRun, findings: Findings): void {
  const left = run.pairs.filter(({ b }) => b.left > 0).length;
  if (left > 0 && run.pairs.every(({ a }) => a.left === 0)) {
    findings.guard(
      "processes_left",
      `Processes still ran after the benchmark had ended, in ${left} of ${run.pairs.length} samples with the commit.`,
    );
  }
  const { estimate } = run.last;
  if (run.processor !== null && estimate >= LEAST_GAIN && run.processor < 1 + (estimate - 1) / 2) {
    findings.guard(
      "processor_time",
      `By processor time of all processes it is ${run.processor.toFixed(2)}x, by the clock ${estimate.toFixed(2)}x: work was moved, not saved.`,
    );
  }
  if (run.last.interval[0] > MOST_GAIN) guardGreatGain(estimate, findings);
}

export function guardGreatGain(ratio: number, findings: Findings): void {
  findings.guard(
    "gain_over_10x",
    `A gain of ${Number.isFinite(ratio) ? `${ratio.toFixed(1)}x` : "more than can be told"} is more often a broken measurement than a better algorithm.`,
  );
}
