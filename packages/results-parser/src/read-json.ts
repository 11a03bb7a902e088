import { kindOf } from "./quantity.ts";
import type { IssueList } from "./issues.ts";
import { MAX_JSON_DEPTH, scanJson } from "./scan-json.ts";

/** Own, enumerable properties of an untrusted object. */
export type JsonObject = Readonly<Record<string, unknown>>;

const FENCE = /^[ \t]*(?:```|~~~)[a-z]*[ \t]*\n/im;

/**
 * Reads the JSON object of an untrusted text. It forgives what agents get wrong (a byte order mark, a Markdown fence, words
 * before or after, trailing commas, NaN) and names each in an issue; null, with an issue, for what is no whole object.
 */
export function readJsonObject(text: string, issues: IssueList): JsonObject | null {
  if (text.trim().replace(/^\ufeff/, "") === "") {
    issues.add("The file is empty; a JSON object was expected.");
    return null;
  }
  // A text that begins with a list is one; otherwise a "[1]" in the words before the object is not looked at.
  const first = text.search(/[^\s\ufeff]/);
  const start = text[first] === "[" ? first : text.indexOf("{");
  if (start === -1) {
    issues.add("There is no JSON object in the file.");
    return null;
  }
  reportLead(text.slice(0, start).replace(/^\ufeff/, ""), issues);
  const scan = scanJson(text, start);
  if (scan.tooDeep) {
    issues.add(`The JSON nests deeper than ${MAX_JSON_DEPTH} levels; it is not read.`);
    return null;
  }
  if (!scan.complete) {
    issues.add(
      `The file ends at byte ${Buffer.byteLength(text)}, before its JSON does: it was cut off while it was written or copied. Collect it again.`,
    );
    return null;
  }
  reportRest(text, scan.end, issues);
  for (const repair of scan.repairs)
    issues.add(`The JSON is not strict and was read nevertheless: ${repair}.`);
  for (const key of scan.duplicateKeys)
    issues.add("The key is written more than once; the last one counts.", { field: key });
  return parseStrict(scan.json, issues);
}

function parseStrict(json: string, issues: IssueList): JsonObject | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    issues.add(`The file is not JSON: ${error instanceof Error ? error.message : "it cannot be read"}.`);
    return null;
  }
  if (isJsonObject(value)) return value;
  issues.add(`The file holds ${kindOf(value)}; a JSON object was expected.`);
  return null;
}

function reportLead(lead: string, issues: IssueList): void {
  if (lead.trim() === "") return;
  issues.add(
    FENCE.test(lead)
      ? "The JSON stands in a Markdown fence; the fence is ignored."
      : "What stands before the JSON is ignored.",
  );
}

function reportRest(text: string, end: number, issues: IssueList): void {
  const rest = text.slice(end);
  if (/^\s*(?:(?:```|~~~)\s*)?$/.test(rest)) return;
  issues.add(
    `What stands after the JSON, from byte ${Buffer.byteLength(text.slice(0, end))} on, is ignored.`,
  );
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own property; never one of a prototype. */
export function ownValue(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
