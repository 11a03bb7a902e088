import { isDeepStrictEqual } from "node:util";

/** The outcome of a three-way merge of JSON. */
export interface MergedJson {
  /** `next`'s keys in its order, then the keys that a person added. */
  readonly merged: Readonly<Record<string, unknown>>;
  /** Where the person's value was kept against another one, as dotted paths: `["first_name"]`. */
  readonly edited: readonly string[];
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Merges a person's edits of a generated JSON object with the newly generated one, key by key, into nested objects; lists
 * are one value. A value that a person changed is kept, a key that a person added stays, everything else is `next`'s. A key of
 * `next` that a person removed comes back: a template may need it.
 *
 * @param base the last generated object; null: none known, and then every value that differs from `next` counts as edited
 */
export function mergeJsonEdits(base: JsonObject | null, edited: JsonObject, next: JsonObject): MergedJson {
  const kept: string[] = [];
  return { merged: mergeObjects(base ?? {}, edited, next, "", kept), edited: kept };
}

function mergeObjects(
  base: JsonObject,
  edited: JsonObject,
  next: JsonObject,
  path: string,
  kept: string[],
): JsonObject {
  const names = [...new Set([...Object.keys(next), ...Object.keys(edited)])];
  // fromEntries defines properties: a key named __proto__ stays a key.
  return Object.fromEntries(names.flatMap((name) => mergeKey(name, base, edited, next, path, kept)));
}

function mergeKey(
  name: string,
  base: JsonObject,
  edited: JsonObject,
  next: JsonObject,
  path: string,
  kept: string[],
): [string, unknown][] {
  if (!Object.hasOwn(edited, name)) return [[name, next[name]]];
  const [was, theirs] = [Object.hasOwn(base, name) ? base[name] : undefined, edited[name]];
  const isKnown = Object.hasOwn(next, name);
  if (isDeepStrictEqual(was, theirs)) return isKnown ? [[name, next[name]]] : [];
  const ours = next[name];
  if (isKnown && isDeepStrictEqual(theirs, ours)) return [[name, ours]];
  if (isKnown && isObject(theirs) && isObject(ours)) {
    return [[name, mergeObjects(isObject(was) ? was : {}, theirs, ours, `${path}${name}.`, kept)]];
  }
  kept.push(path + name);
  return [[name, theirs]];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
