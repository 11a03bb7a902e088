import type { MachineTags } from "./machine.ts";

/** Whether `tags` carries every one of `wanted`, with exactly these values. */
export function hasTags(tags: MachineTags, wanted: MachineTags): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(tags, key) && tags[key] === value);
}

/** Whether both hold the same pairs, in any order. */
export function sameTags(one: MachineTags, other: MachineTags): boolean {
  return Object.keys(one).length === Object.keys(other).length && hasTags(one, other);
}

/** Tags read from a file of somebody else; null when they are no tags. */
export function readTags(value: unknown): MachineTags | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const entries = Object.entries(value);
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === "string")) return null;
  return Object.fromEntries(entries);
}
