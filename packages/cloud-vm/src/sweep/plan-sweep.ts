import type { OwnedResource } from "./owned-resource.ts";

/** A machine that the records know of. */
export interface KnownMachine {
  readonly name: string;
  /** true: its run is under way, or somebody holds its lease. false: its run is over, so it should be gone. */
  readonly live: boolean;
}

export interface SweepFacts {
  /** What the provider has, asked before `known` was read: so that nothing made in between looks unknown. */
  readonly resources: readonly OwnedResource[];
  /** Empty when the records are lost: then grace and age alone decide. */
  readonly known: readonly KnownMachine[];
  readonly now: Date;
  /** What is younger is left alone: its record may be on its way. */
  readonly graceMs: number;
  /** What is as old as this goes, even when it is live. */
  readonly ttlMs: number;
}

export type SweepReason =
  /** Older than the time to live, or past its own expiry. */
  | "expired"
  /** No record names it. */
  | "unknown"
  /** Its run is over. */
  | "ended"
  /** An interface, address or disk without its machine. */
  | "orphan";

export interface SweepRemoval {
  /** Destroy the machine of this name: that removes all of `resources`. */
  readonly machine: string;
  readonly reason: SweepReason;
  readonly resources: readonly OwnedResource[];
  /** null: not known. */
  readonly ageMs: number | null;
}

export interface SweepPlan {
  readonly remove: readonly SweepRemoval[];
  readonly keep: readonly { readonly machine: string; readonly reason: "live" | "young" }[];
}

/**
 * Decides what a sweep removes: a pure function, by name of machine.
 *
 * What is live stays, until its time to live; everything else stays only for the grace period.
 */
export function planSweep(facts: SweepFacts): SweepPlan {
  const byMachine = new Map<string, OwnedResource[]>();
  for (const resource of facts.resources) {
    const siblings = byMachine.get(resource.machine);
    if (siblings === undefined) byMachine.set(resource.machine, [resource]);
    else siblings.push(resource);
  }
  const known = new Map<string, boolean>();
  // Named twice, a machine is live when one of the records says so.
  for (const { name, live } of facts.known) known.set(name, live || known.get(name) === true);

  const remove: SweepRemoval[] = [];
  const keep: { machine: string; reason: "live" | "young" }[] = [];
  for (const [machine, resources] of [...byMachine].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const ageMs = ageOf(resources, facts.now);
    const take = (reason: SweepReason): void => void remove.push({ machine, reason, resources, ageMs });
    if (isExpired(resources, ageMs, facts)) take("expired");
    else if (known.get(machine) === true) keep.push({ machine, reason: "live" });
    else if (ageMs !== null && ageMs < facts.graceMs) keep.push({ machine, reason: "young" });
    else if (!resources.some(({ kind }) => kind === "machine")) take("orphan");
    else take(known.has(machine) ? "ended" : "unknown");
  }
  return { remove, keep };
}

/** The machine's own age; of orphans, that of the youngest, because a creation may be under way. */
function ageOf(resources: readonly OwnedResource[], now: Date): number | null {
  const machine = resources.find(({ kind }) => kind === "machine");
  const births = (machine === undefined ? resources : [machine]).flatMap(({ createdAt }) =>
    createdAt === null ? [] : [createdAt.getTime()],
  );
  return births.length === 0 ? null : now.getTime() - Math.max(...births);
}

function isExpired(
  resources: readonly OwnedResource[],
  ageMs: number | null,
  { now, ttlMs }: SweepFacts,
): boolean {
  if (ageMs !== null && ageMs >= ttlMs) return true;
  const machine = resources.find(({ kind }) => kind === "machine");
  const ends = (machine === undefined ? resources : [machine]).map(({ expiresAt }) => expiresAt);
  return ends.every((end) => end !== null && end.getTime() <= now.getTime());
}
