import type { Actor } from "../auth/actor.ts";
import type { Limiter } from "../limits/limiter.ts";
import type { World } from "../state/world.ts";

/** An answer before headers that every answer has. */
export interface Answer {
  readonly status: number;
  /** Undefined: no body. A Buffer goes as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that reached its handler: path and query are checked and of the types that the description says. */
export interface Ask {
  readonly world: World;
  readonly actor: Actor;
  readonly method: string;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly accept: string;
  /** `http://127.0.0.1:PORT/api/v3`, or whatever the client used. */
  readonly apiUrl: string;
  /** The limits of the token that asks. */
  readonly limiter: Limiter;
}

export type Handler = (ask: Ask) => Answer | Promise<Answer>;

/** An answer that ends a handler from within. */
export class Refused extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.answer = { status, body: errorBody(status, message, more) };
  }
}

/** GitHub's error body. */
export function errorBody(status: number, message: string, more: object = {}): Record<string, unknown> {
  return { message, documentation_url: "https://docs.github.com/rest", status: String(status), ...more };
}

/** 422 with one error, as GitHub words it. */
export function invalid(resource: string, field: string, code: string, message?: string): Refused {
  const error = { resource, field, code, ...(message === undefined ? {} : { message }) };
  return new Refused(422, "Validation Failed", { errors: [error] });
}
