import type { Look, Pair, Session } from "../proof.ts";
import { lookAt } from "../stats/interval.ts";
import type { PlannedLook } from "../stats/looks.ts";
import { runPair, timesOf, type PairPlan, type PairSample } from "./run-pairs.ts";
import type { Measure } from "./run-sample.ts";

export interface SessionRun {
  readonly session: Session;
  readonly pairs: readonly PairSample[];
  readonly last: Look;
}

/** Runs pairs until a look settles the question or the looks are used up. `measured` chooses what of a pair is compared. */
export async function runSession(
  measure: Measure,
  plan: PairPlan & { readonly kind: Session["kind"]; readonly masterSeed: number },
  looks: readonly PlannedLook[],
  settled: (look: Look, samples: readonly Pair[]) => boolean,
  options: {
    readonly measured?: (pairs: readonly PairSample[]) => Pair[];
    readonly look?: (samples: readonly Pair[], k: number) => Look;
  } = {},
): Promise<SessionRun> {
  const { measured = timesOf, look = lookAt } = options;
  const pairs: PairSample[] = [];
  const seen: Look[] = [];
  for (const { n, k } of looks) {
    while (pairs.length < n) pairs.push(await runPair(measure, plan));
    const samples = measured(pairs);
    const current = look(samples, k);
    seen.push(current);
    if (settled(current, samples)) break;
  }
  const last = seen.at(-1);
  if (last === undefined) throw new RangeError("A session needs at least one look.");
  const session: Session = {
    kind: plan.kind,
    seed: plan.masterSeed,
    scale: plan.scale,
    looks: seen,
    samples: measured(pairs),
    seeds: pairs.map((pair) => pair.seed),
    scales: pairs.map((pair) => pair.scale),
  };
  return { session, pairs, last };
}
