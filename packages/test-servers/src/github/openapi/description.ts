import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { correctDescription } from "./correct-description.ts";

/** A JSON Schema of OpenAPI 3.0, as it is written there. */
export type RawSchema = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: RawSchema;
}

/** What GitHub's description says of one method of one path. */
export interface Operation {
  readonly parameters: readonly Parameter[];
  /** Null: it takes none. */
  readonly body: { readonly required: boolean; readonly schema: RawSchema } | null;
  /** Schemas of answers by status; null: an answer without a body. Statuses that are left out are not described. */
  readonly answers: ReadonlyMap<number, RawSchema | null>;
}

type Json = Readonly<Record<string, unknown>>;

/** GitHub's own OpenAPI description: 13 MB, read at the first question of the process and kept. */
export class Description {
  readonly #root: Json;

  constructor(root: Json) {
    this.#root = root;
  }

  /** Null: GitHub does not describe it. */
  operation(method: string, template: string): Operation | null {
    const path = (this.#root["paths"] as Record<string, Json>)[template];
    const operation = path?.[method.toLowerCase()] as Json | undefined;
    if (!operation) return null;
    const parameters = ((operation["parameters"] ?? []) as Json[]).map(
      (one) => this.follow(one) as unknown as Parameter,
    );
    const asked = operation["requestBody"] as Json | undefined;
    const body = asked ? this.follow(asked) : null;
    const schema = body && schemaOf(body);
    const answers = new Map<number, RawSchema | null>();
    for (const [status, answer] of Object.entries(operation["responses"] as Record<string, Json>))
      answers.set(Number(status), schemaOf(this.follow(answer)));
    return {
      parameters,
      body: body && schema ? { required: body["required"] === true, schema } : null,
      answers,
    };
  }

  /** What a `$ref` points to, or the value itself. */
  follow(value: Json): Json {
    const to = value["$ref"];
    if (typeof to !== "string") return value;
    const found = to
      .slice(2)
      .split("/")
      .reduce<unknown>((at, name) => (at as Json)[name], this.#root);
    return this.follow(found as Json);
  }
}

function schemaOf(holder: Json): RawSchema | null {
  const content = holder["content"] as Record<string, { schema?: RawSchema }> | undefined;
  return (content?.["application/json"] ?? Object.values(content ?? {})[0])?.schema ?? null;
}

let loaded: Description | null = null;

/** The description of api.github.com. */
export function loadDescription(): Description {
  if (loaded === null) {
    const require = createRequire(import.meta.url);
    const file = require.resolve("@octokit/openapi/generated/api.github.com.json");
    loaded = new Description(correctDescription(JSON.parse(readFileSync(file, "utf8")) as Json));
  }
  return loaded;
}
