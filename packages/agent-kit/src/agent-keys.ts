import { LAUNCHERS } from "./launchers/launchers.ts";
import type { AgentKind } from "./types.ts";

/** One credential of a pool. Its value is never here. */
export interface AgentKey {
  /** Variable that holds it on the orchestrator, such as `ANTHROPIC_API_KEY_2`. */
  readonly name: string;
  /** Variable under which the agent looks for it, such as `ANTHROPIC_API_KEY`. */
  readonly as: string;
}

/** A key and how it stands. */
export interface AgentKeyState extends AgentKey {
  /** Runs that may use it at the same time. */
  readonly concurrency: number;
  readonly inUse: number;
  /** Not before then: it is at a usage limit. null: free. */
  readonly parkedUntil: Date | null;
}

export type AgentKeyChoice =
  | { readonly kind: "use"; readonly key: AgentKey }
  /** All are parked until then at least. */
  | { readonly kind: "parked"; readonly until: Date }
  /** Those that are not parked are in use; wait for a run to end. */
  | { readonly kind: "busy" }
  /** There is none at all. */
  | { readonly kind: "none" };

/**
 * The pool of keys among `names`, the variables that are set: the agent's own names, and those with `_2`, `_3` … after them. Keys of one variable
 * come in the order of their numbers, variables in the order in which the agent prefers them.
 */
export function agentKeys(kind: AgentKind, names: readonly string[]): AgentKey[] {
  return LAUNCHERS[kind].credentialNames.flatMap((as) =>
    [...new Set(names)]
      .map((name) => ({ name, number: numberOf(name, as) }))
      .filter((key): key is { name: string; number: number } => key.number !== null)
      .toSorted((a, b) => a.number - b.number)
      .map(({ name }) => ({ name, as })),
  );
}

/**
 * The key for the next session: of those that are not parked the least used for its concurrency, the first of equals. `prefer` is the key that
 * the run had before: a resumed session finds its cached prompt there.
 */
export function chooseAgentKey(
  keys: readonly AgentKeyState[],
  now: Date,
  prefer: string | null = null,
): AgentKeyChoice {
  if (keys.length === 0) return { kind: "none" };
  const awake = keys.filter((key) => key.parkedUntil === null || key.parkedUntil <= now);
  const first = keys.map((key) => key.parkedUntil?.getTime() ?? now.getTime());
  if (awake.length === 0) return { kind: "parked", until: new Date(Math.min(...first)) };
  const free = awake.filter((key) => key.inUse < key.concurrency);
  const load = (key: AgentKeyState): number => key.inUse / key.concurrency;
  const best = free.find((key) => key.name === prefer) ?? free.toSorted((a, b) => load(a) - load(b)).at(0);
  if (best === undefined) return { kind: "busy" };
  return { kind: "use", key: { name: best.name, as: best.as } };
}

/**
 * Which variable of the orchestrator goes to the machine under which name, for a plan's `secretNames`: the chosen key, everything that is no
 * credential, and no other key, for an agent that finds two takes the one that it likes. `key` null: all as they are.
 */
export function secretSources(
  kind: AgentKind,
  secretNames: readonly string[],
  key: AgentKey | null,
): Record<string, string> {
  const others = new Set(key === null ? [] : LAUNCHERS[kind].credentialNames);
  const plain = secretNames.filter((name) => !others.has(name)).map((name) => [name, name]);
  return Object.fromEntries(key === null ? plain : [...plain, [key.as, key.name]]) as Record<string, string>;
}

function numberOf(name: string, as: string): number | null {
  if (name === as) return 1;
  const digits = name.startsWith(`${as}_`) ? name.slice(as.length + 1) : "";
  return /^[1-9]\d{0,3}$/.test(digits) && digits !== "1" ? Number(digits) : null;
}
