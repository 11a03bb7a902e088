import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import formats from "ajv-formats";

import { type Description, loadDescription, type Operation, type RawSchema } from "./description.ts";
import { toJsonSchema } from "./to-json-schema.ts";

export interface CheckedRequest {
  readonly method: string;
  readonly template: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Undefined or null: none. */
  readonly body?: unknown;
}

/**
 * Checks requests and answers against GitHub's OpenAPI description. Only what is asked about is compiled, and that once for the process.
 */
export class Checker {
  readonly #description: Description;
  // Loose: the description has keywords of its own. Coercion is for what comes as text in a path or query.
  readonly #strictTypes: Ajv = new Ajv({ strict: false, logger: false, validateFormats: true });
  readonly #text: Ajv = new Ajv({ strict: false, logger: false, coerceTypes: "array" });
  readonly #operations: Map<string, Operation | null> = new Map();
  readonly #compiled: Map<string, ValidateFunction> = new Map();

  constructor(description: Description) {
    this.#description = description;
    for (const ajv of [this.#strictTypes, this.#text]) formats.default(ajv);
  }

  /** What is wrong with a request; null: nothing. */
  request({ method, template, params, query, body }: CheckedRequest): string | null {
    const operation = this.#operation(method, template);
    if (operation === null) return null;
    const key = `${method} ${template}`;
    for (const parameter of operation.parameters) {
      const { name, schema } = parameter;
      const given =
        parameter.in === "path" ? params[name] : parameter.in === "query" ? query.get(name) : undefined;
      if (parameter.in === "header") continue;
      if (given === null || given === undefined || given === "") {
        if (parameter.required && parameter.in === "query") return `${name} is missing in the query`;
        continue;
      }
      const wrong = this.#wrong(this.#text, `${key} ${parameter.in} ${name}`, schema, { value: given }, true);
      if (wrong !== null) return `${name} in the ${parameter.in} ${wrong}`;
    }
    const known = new Set(operation.parameters.map(({ name }) => name));
    for (const name of query.keys()) if (!known.has(name)) return `GitHub knows no ${name} in the query`;
    return this.#body(key, operation, body);
  }

  /** What is wrong with an answer; null: nothing, or GitHub does not describe this status. */
  answer(method: string, template: string, status: number, body: unknown): string | null {
    const operation = this.#operation(method, template);
    const schema = operation?.answers.get(status);
    if (schema === undefined) return null;
    if (schema === null) return status === 204 && body !== undefined ? "204 has no body" : null;
    if (Buffer.isBuffer(body)) return null;
    // As it goes out: what is undefined is not there.
    const sent: unknown = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
    const wrong = this.#wrong(
      this.#strictTypes,
      `${method} ${template} ${status}`,
      schema,
      { value: sent },
      false,
    );
    return wrong === null ? null : `the body of ${status} ${wrong}`;
  }

  #body(key: string, operation: Operation, body: unknown): string | null {
    if (body === undefined || body === null) return operation.body?.required ? "the body is missing" : null;
    if (operation.body === null) return Object.keys(body).length > 0 ? "GitHub takes no body here" : null;
    const { schema } = operation.body;
    const wrong = this.#wrong(this.#strictTypes, `${key} body`, schema, { value: body }, false);
    if (wrong !== null) return `the body ${wrong}`;
    const known = knownProperties(schema);
    const unknown = known && Object.keys(body).find((name) => !known.has(name));
    return unknown === null || unknown === undefined ? null : `GitHub knows no ${unknown} in the body`;
  }

  #operation(method: string, template: string): Operation | null {
    const key = `${method} ${template}`;
    let operation = this.#operations.get(key);
    if (operation === undefined) {
      operation = this.#description.operation(method, template);
      this.#operations.set(key, operation);
    }
    return operation;
  }

  #wrong(ajv: Ajv, key: string, schema: RawSchema, holder: { value: unknown }, text: boolean): string | null {
    const name = `${text ? "text" : "json"} ${key}`;
    let validate = this.#compiled.get(name);
    if (!validate) {
      validate = ajv.compile({ type: "object", properties: { value: this.#convert(ajv, schema) } });
      this.#compiled.set(name, validate);
    }
    return validate(holder) ? null : describe(validate.errors ?? []);
  }

  /** Converts a schema and adds everything that it refers to. */
  #convert(ajv: Ajv, schema: RawSchema): object {
    return toJsonSchema(schema, (to) => {
      const id = to.replace(/^#\/components\//, "").replaceAll("/", ".");
      if (this.#added(ajv).has(id)) return id;
      this.#added(ajv).add(id);
      ajv.addSchema(this.#convert(ajv, this.#description.follow({ $ref: to })), id);
      return id;
    });
  }

  readonly #addedTo: Map<Ajv, Set<string>> = new Map();

  #added(ajv: Ajv): Set<string> {
    let added = this.#addedTo.get(ajv);
    if (!added) this.#addedTo.set(ajv, (added = new Set()));
    return added;
  }
}

/** The names of a body's properties; null: others may be there too. */
function knownProperties(schema: RawSchema): Set<string> | null {
  const { properties, oneOf, anyOf, allOf, additionalProperties } = schema;
  if (!properties || oneOf || anyOf || allOf || additionalProperties) return null;
  return new Set(Object.keys(properties));
}

function describe(errors: readonly ErrorObject[]): string {
  // Of a union's branches the one that went deepest says most, and that it is not null says least.
  const isNull = ({ keyword, params }: ErrorObject): number =>
    keyword === "type" && (params as { type: unknown }).type === "null" ? 1 : 0;
  const [worst] = errors.toSorted(
    (a, b) => b.instancePath.length - a.instancePath.length || isNull(a) - isNull(b),
  );
  const where = (worst?.instancePath ?? "").replace(/^\/value/, "") || "";
  const allowed =
    worst?.keyword === "enum"
      ? `: ${JSON.stringify((worst.params as { allowedValues: unknown }).allowedValues)}`
      : "";
  return `${where} ${worst?.message ?? "does not match"}${allowed}`.trim();
}

let checker: Checker | null = null;

/** The checker of this process. */
export const sharedChecker = (): Checker => (checker ??= new Checker(loadDescription()));
