import { ArmError } from "./arm-error.ts";

interface Taggable {
  readonly type: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Reads `$filter` of the list of resources: `tagName eq 'a' and tagValue eq 'b'`, `resourceType eq 'x'`, or nothing. As with ARM, a
 * tag and a type cannot be asked for at once.
 */
export function readResourceFilter(filter: string | null): (resource: Taggable) => boolean {
  if (filter === null || filter === "") return () => true;
  const wanted = new Map<string, string>();
  for (const term of filter.split(/\s+and\s+/i)) {
    const match = /^\s*(tagName|tagValue|resourceType)\s+eq\s+'((?:[^']|'')*)'\s*$/i.exec(term);
    if (match === null) throw invalid(filter);
    wanted.set((match[1] ?? "").toLowerCase(), (match[2] ?? "").replaceAll("''", "'"));
  }
  const tagName = wanted.get("tagname");
  const tagValue = wanted.get("tagvalue");
  const type = wanted.get("resourcetype");
  if (type !== undefined && tagName !== undefined) throw invalid(filter);
  if (tagValue !== undefined && tagName === undefined) throw invalid(filter);
  return ({ tags, type: own }) => {
    if (type !== undefined) return own.toLowerCase() === type.toLowerCase();
    // Tags' names have no case in ARM; their values do.
    const entry = Object.entries(tags).find(([key]) => key.toLowerCase() === tagName?.toLowerCase());
    return entry !== undefined && (tagValue === undefined || entry[1] === tagValue);
  };
}

function invalid(filter: string): ArmError {
  return new ArmError(
    400,
    "InvalidFilterInQueryString",
    `Invalid $filter '${filter}' specified in the query string.`,
  );
}
