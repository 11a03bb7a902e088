import type { RawSchema } from "./description.ts";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

// Keywords whose value is a map of names to schemas: a property may be called `nullable` or `example`.
const maps = new Set(["properties", "patternProperties"]);
const ignored = new Set([
  "nullable",
  "example",
  "examples",
  "description",
  "title",
  "discriminator",
  "deprecated",
  "readOnly",
  "writeOnly",
  "externalDocs",
  "default",
]);

/**
 * OpenAPI 3.0's schema as JSON Schema: `nullable` becomes a union with null, and notes are left out. A `$ref` is renamed by `rename`,
 * which also learns of it.
 */
export function toJsonSchema(schema: RawSchema, rename: (to: string) => string): Json {
  const to = schema["$ref"];
  if (typeof to === "string") return { $ref: rename(to) };
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (ignored.has(keyword) || keyword.startsWith("x-")) continue;
    result[keyword] =
      maps.has(keyword) && isObject(value) ? mapValues(value, rename) : convert(value, rename);
  }
  if (schema["nullable"] !== true) return result;
  return { anyOf: [{ type: "null" }, result] };
}

function mapValues(map: Json, rename: (to: string) => string): Json {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, convert(value, rename)]));
}

function convert(value: unknown, rename: (to: string) => string): unknown {
  if (Array.isArray(value))
    return value.map((one: unknown) => (isObject(one) ? toJsonSchema(one, rename) : one));
  return isObject(value) ? toJsonSchema(value, rename) : value;
}
