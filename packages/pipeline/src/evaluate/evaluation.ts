import type { ClaimLabel, RunOutcome } from "@universe-optimize/state-store";

/** One run as the database and the results folder tell it. */
export interface EvaluatedRun {
  readonly projectId: string;
  readonly repo: string;
  readonly number: number;
  /** The project's latest run: the one whose results count. */
  readonly isLatest: boolean;
  /** null: it goes on. */
  readonly outcome: RunOutcome | null;
  readonly reason: string | null;
  /** Seconds that each step took, all its attempts together, and how many there were. */
  readonly steps: Readonly<Record<string, { readonly seconds: number; readonly attempts: number }>>;
  readonly machineUsd: number;
  readonly agentUsd: number;
  readonly claims: readonly {
    readonly label: ClaimLabel;
    /** Proven ratio; null: none. */
    readonly quoted: number | null;
    /** Code before the colon of the claim's reason; null: none. */
    readonly code: string | null;
  }[];
  /** Drafts as generated and as they are now. */
  readonly drafts: readonly {
    readonly template: string;
    readonly distance: number;
    readonly length: number;
  }[];
}

/** Smallest, middle and greatest value, and how many there are. */
export interface Spread {
  readonly n: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** What a campaign came to. Money in USD, times in seconds, gains as old time / new time. */
export interface Evaluation {
  readonly campaign: string;
  readonly at: string;
  readonly projects: number;
  readonly quality: {
    readonly claims: Readonly<Record<ClaimLabel, number>>;
    /** Verified of those that were judged; null: none was. */
    readonly verifiedShare: number | null;
    readonly gains: Spread | null;
    /** How many verified gains are at least so great. */
    readonly sizes: readonly { readonly from: number; readonly to: number | null; readonly count: number }[];
    /** Why claims were not verified, the most frequent first. */
    readonly refusals: readonly { readonly code: string; readonly count: number }[];
  };
  readonly reliability: {
    readonly runs: number;
    readonly outcomes: Readonly<Record<RunOutcome | "going_on", number>>;
    /** Why runs ended otherwise than completed. */
    readonly reasons: readonly {
      readonly projectId: string;
      readonly run: number;
      readonly reason: string;
    }[];
  };
  readonly cost: {
    readonly machineUsd: number;
    readonly agentUsd: number;
    readonly perProject: Spread | null;
    /** All money over all verified optimizations; null: there is none. */
    readonly perVerifiedUsd: number | null;
  };
  /** Per step in the order in which it is taken, over the runs that took it. */
  readonly time: readonly { readonly step: string; readonly seconds: Spread; readonly attempts: number }[];
  readonly emails: {
    readonly drafts: number;
    readonly edited: number;
    /** Characters changed of characters generated, over the edited drafts; null: none was edited. */
    readonly editedShare: Spread | null;
  };
  readonly runs: readonly EvaluatedRun[];
}

const SIZES: readonly (readonly [from: number, to: number | null])[] = [
  [1.05, 1.2],
  [1.2, 1.5],
  [1.5, 2],
  [2, 5],
  [5, 10],
  [10, null],
];

/** Pure: the same runs give the same evaluation. `order` is that of the steps. */
export function evaluate(
  campaign: string,
  at: Date,
  runs: readonly EvaluatedRun[],
  order: readonly string[],
): Evaluation {
  const latest = runs.filter(({ isLatest }) => isLatest);
  const claims = latest.flatMap((run) => run.claims);
  const gains = claims.flatMap(({ label, quoted }) =>
    label === "verified" && quoted !== null ? [quoted] : [],
  );
  const count = (label: ClaimLabel): number => claims.filter((claim) => claim.label === label).length;
  const labels = {
    verified: count("verified"),
    not_reproduced: count("not_reproduced"),
    unverifiable: count("unverifiable"),
    unproven: count("unproven"),
  };
  const judged = claims.length - labels.unproven;
  const machineUsd = sum(runs.map((run) => run.machineUsd));
  const agentUsd = sum(runs.map((run) => run.agentUsd));
  const drafts = latest.flatMap((run) => run.drafts);
  const edited = drafts.filter(({ distance }) => distance > 0);
  return {
    campaign,
    at: at.toISOString(),
    projects: latest.length,
    quality: {
      claims: labels,
      verifiedShare: judged === 0 ? null : labels.verified / judged,
      gains: spread(gains),
      sizes: SIZES.map(([from, to]) => ({
        from,
        to,
        count: gains.filter((gain) => gain >= from && (to === null || gain < to)).length,
      })),
      refusals: frequent(
        claims.flatMap(({ label, code }) =>
          label === "not_reproduced" || label === "unverifiable" ? [code ?? label] : [],
        ),
      ),
    },
    reliability: {
      runs: runs.length,
      outcomes: outcomesOf(runs),
      reasons: runs.flatMap(({ projectId, number, outcome, reason }) =>
        outcome === "completed" || reason === null ? [] : [{ projectId, run: number, reason }],
      ),
    },
    cost: {
      machineUsd,
      agentUsd,
      perProject: spread(latest.map(({ projectId }) => costOf(runs, projectId))),
      perVerifiedUsd: labels.verified === 0 ? null : (machineUsd + agentUsd) / labels.verified,
    },
    time: order.flatMap((step) => timeOf(runs, step)),
    emails: {
      drafts: drafts.length,
      edited: edited.length,
      editedShare: spread(edited.map(({ distance, length }) => distance / Math.max(1, length))),
    },
    runs,
  };
}

function outcomesOf(runs: readonly EvaluatedRun[]): Evaluation["reliability"]["outcomes"] {
  const outcomes = { completed: 0, failed: 0, stopped: 0, skipped: 0, going_on: 0 };
  for (const { outcome } of runs) outcomes[outcome ?? "going_on"] += 1;
  return outcomes;
}

function costOf(runs: readonly EvaluatedRun[], projectId: string): number {
  return sum(
    runs
      .filter((run) => run.projectId === projectId)
      .map(({ machineUsd, agentUsd }) => machineUsd + agentUsd),
  );
}

function timeOf(runs: readonly EvaluatedRun[], step: string): Evaluation["time"][number][] {
  const taken = runs.flatMap((run) => run.steps[step] ?? []);
  const seconds = spread(taken.map((each) => each.seconds));
  return seconds === null ? [] : [{ step, seconds, attempts: sum(taken.map((each) => each.attempts)) }];
}

function spread(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return null;
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? min;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? max;
  return { n: sorted.length, min, median: (low + high) / 2, max };
}

function frequent(codes: readonly string[]): { code: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .toSorted((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
