/** A JSON schema. */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: "string" };
export const flag: Schema = { type: "boolean" };
export const whole: Schema = { type: "integer" };
/** Tags: names and values. */
export const texts: Schema = { type: "object", additionalProperties: text };
export const reference: Schema = object({ id: resourceId() }, ["id"]);

/** Exactly these properties. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): Schema {
  return { type: "object", properties, required, additionalProperties: false };
}

export function list(items: Schema, minItems = 0): Schema {
  return { type: "array", items, minItems };
}

export function one(...values: readonly string[]): Schema {
  return { type: "string", enum: values };
}

/** The id of a resource, from the subscription on. */
export function resourceId(): Schema {
  return { type: "string", pattern: "^/subscriptions/[^/]+/resource[gG]roups/[^/]+/providers/[^/]+/" };
}

/** Properties that a body may carry because it was read from the service; it takes no notice of them. */
export const readOnly: Readonly<Record<"id" | "name" | "type" | "etag", Schema>> = {
  id: text,
  name: text,
  type: text,
  etag: text,
};
