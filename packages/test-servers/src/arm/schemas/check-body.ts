import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { ArmError } from "../arm-error.ts";
import { SCHEMAS } from "./schemas.ts";

const ajv = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true });
const compiled = new Map<string, ValidateFunction>();

/**
 * Checks a body against the definition of its resource type. Unknown properties are refused too: the SDK drops what it does not
 * know, and the service ignores it, so a misspelt one would be a missing value.
 *
 * @returns The body.
 */
export function checkBody(type: string, body: unknown): unknown {
  const key = type.toLowerCase();
  let validate = compiled.get(key);
  if (validate === undefined) {
    const schema = SCHEMAS[key];
    if (schema === undefined) throw new Error(`There is no definition for bodies of ${type}.`);
    validate = ajv.compile(schema);
    compiled.set(key, validate);
  }
  if (validate(body)) return body;
  throw new ArmError(
    400,
    "InvalidRequestContent",
    `The request content was invalid: ${describe(validate.errors)}.`,
  );
}

function describe(errors: ErrorObject[] | null | undefined): string {
  const error = errors?.[0];
  if (error === undefined) return "unknown";
  const where = error.instancePath === "" ? "the body" : error.instancePath.slice(1).replaceAll("/", ".");
  const detail = Object.values(error.params as Record<string, unknown>)
    .map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
    .join(", ");
  return `${where} ${error.message} (${detail})`;
}
