import { readTags } from "../tags.ts";
import type { MachineTags } from "../machine.ts";

/**
 * - `claiming`: somebody takes the host and still looks whether another host has a machine of that name
 * - `held`: the host is the machine's
 * - `deleting`: the machine is being removed
 */
type LeaseState = "claiming" | "held" | "deleting";

/** Who has a host. It lies on the host itself, so it holds between orchestrators and without any database. */
export interface Lease {
  readonly name: string;
  readonly id: string;
  readonly state: LeaseState;
  readonly tags: MachineTags;
  readonly createdAt: Date;
  /** Whoever took it says of himself; for people. */
  readonly owner: string;
}

/** One line of JSON: exactly this text is compared when the lease is replaced or given back. */
export function leaseText(lease: Lease): string {
  const { name, id, state, tags, createdAt, owner } = lease;
  return `${JSON.stringify({ name, id, state, tags, createdAt: createdAt.toISOString(), owner })}\n`;
}

/** Reads a lease; null when the text is none. */
export function parseLease(text: string): Lease | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const field = (key: string): unknown => Reflect.get(value, key);
  const [name, id, state, owner] = [field("name"), field("id"), field("state"), field("owner")];
  const tags = readTags(field("tags"));
  const createdAt = new Date(String(field("createdAt")));
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]{0,62}$/.test(name)) return null;
  if (typeof id !== "string" || !/^[0-9a-f-]{36}$/.test(id)) return null;
  if (state !== "claiming" && state !== "held" && state !== "deleting") return null;
  if (tags === null || Number.isNaN(createdAt.getTime()) || typeof owner !== "string") return null;
  return { name, id, state, tags, createdAt, owner };
}
