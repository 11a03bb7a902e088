import type * as z from "zod";
import type { IssueList } from "./issues.ts";
import { kindOf, saysNothing } from "./quantity.ts";
import { ownValue, type JsonObject } from "./read-json.ts";

/** Reads one field after another of an untrusted object: what is wrong with one costs only that one. */
export class FieldReader {
  readonly #object: JsonObject;
  readonly #path: string;
  readonly #issues: IssueList;

  /** @param path where the object stands, as in `optimizations[3].`; "" at the top */
  constructor(object: JsonObject, path: string, issues: IssueList) {
    this.#object = object;
    this.#path = path;
    this.#issues = issues;
  }

  raw(key: string): unknown {
    return ownValue(this.#object, key);
  }

  /** null where the field is missing, says nothing, or is wrong; the last adds an issue. */
  read<T>(key: string, schema: z.ZodType<T>): T | null {
    const value = this.raw(key);
    if (value === undefined || value === null || (typeof value === "string" && saysNothing(value)))
      return null;
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    this.reject(key, result.error.issues[0]?.message ?? "it cannot be read");
    return null;
  }

  /** A quantity keeps its raw text and its own reason; the reason is an issue only when something is written there. */
  quantity<
    T extends {
      readonly raw: string;
      readonly value: number | null;
      readonly reason: string | null;
    },
  >(key: string, parse: (value: unknown) => T | null): T | null {
    const value = this.raw(key);
    if (typeof value === "object" || typeof value === "boolean") {
      if (value !== null) this.reject(key, `expected a number or a text, found ${kindOf(value)}`);
      return null;
    }
    const quantity = parse(value);
    if (quantity?.reason != null && !saysNothing(quantity.raw))
      this.reject(key, `"${quantity.raw}": ${quantity.reason}`, "its words are kept, without a value");
    return quantity;
  }

  /** @param consequence what becomes of the field */
  reject(key: string, message: string, consequence = "the field is left empty"): void {
    const sentence = `${message[0]?.toUpperCase() ?? ""}${message.slice(1)}`;
    this.#issues.add(`${sentence}; ${consequence}.`, { field: `${this.#path}${key}` });
  }
}
