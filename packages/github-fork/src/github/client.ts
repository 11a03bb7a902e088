import { Octokit } from "@octokit/rest";
import { RequestError } from "@octokit/request-error";

import { ForkError } from "../errors.ts";
import { trustedOrigin } from "../git/credential.ts";
import { ApiFailure, isStatus, wordsOf } from "./api-failure.ts";
import { cappedFetch } from "./capped-fetch.ts";
import type { ForkClock } from "./clock.ts";
import type { ForkMemory } from "./memory.ts";
import type { Pace } from "./pace.ts";
import { gateOf, type RateGate, type RequestKind } from "./rate-gate.ts";
import type { LimitedAnswer } from "./rate-limit.ts";
import type { TokenSource } from "./token-source.ts";
import { guardWrite } from "./write-guard.ts";

export interface ClientParts {
  readonly apiUrl: string;
  readonly organization: string;
  readonly token: TokenSource;
  readonly clock: ForkClock;
  readonly memory: ForkMemory;
  readonly pace: Pace;
  /** A line for whoever watches: waits that take long. */
  readonly progress: (message: string) => void;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Query parameters, and values for `{name}` in the path. */
  readonly params?: Readonly<Record<string, string | number | boolean>>;
  /** Ask with the ETag of the last answer; an unchanged one costs nothing of the hour's budget. */
  readonly conditional?: boolean;
}

export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  readonly params?: Readonly<Record<string, unknown>>;
}

interface Answer extends LimitedAnswer {
  readonly data: unknown;
}

const etagTtlMs = 30 * 24 * 60 * 60_000;
const etagLimit = 1024 * 1024;
const readAttempts = 4;

/**
 * The API of one server with one token. Every request passes the token's gate. Reads, and writes that may be repeated, wait for
 * limits to lift; a `create` is sent once, so that its caller looks before asking again. Octokit's plugins for retries and
 * throttling are not used: they repeat a POST, and let other requests through during a cool-down.
 *
 * Throws `ApiFailure` for an answer that is no success, ForkError `rate_limited` and `unauthorized`, and the signal's reason.
 */
export class GitHubClient {
  readonly gate: RateGate;
  readonly #parts: ClientParts;
  readonly #octokit: Octokit;

  constructor(parts: ClientParts) {
    trustedOrigin(parts.apiUrl);
    this.#parts = parts;
    this.gate = gateOf(`${parts.apiUrl} ${parts.token.id}`, parts);
    const silent = (): void => {};
    this.#octokit = new Octokit({
      baseUrl: parts.apiUrl.replace(/\/+$/, ""),
      userAgent: "universe-optimize",
      log: { debug: silent, info: silent, warn: silent, error: silent },
    });
  }

  /** GET. The path has `{owner}` and the like where `params` gives the value. */
  async read(path: string, options: ReadOptions = {}): Promise<unknown> {
    const key = `etag:${this.#parts.apiUrl} ${this.#parts.token.id} ${path} ${JSON.stringify(options.params ?? {})}`;
    const known = options.conditional === true ? parseKnown(await this.#parts.memory.get(key)) : null;
    try {
      const headers = known === null ? {} : { "if-none-match": known.etag };
      const answer = await this.#call("read", "GET", path, options, headers);
      const { etag } = answer.headers;
      if (options.conditional === true && typeof etag === "string") {
        const value = JSON.stringify({ etag, data: answer.data });
        if (value.length <= etagLimit) await this.#parts.memory.set(key, value, etagTtlMs);
      }
      return answer.data;
    } catch (error) {
      if (known !== null && isStatus(error, 304)) return known.data;
      throw error;
    }
  }

  /** GET that gives null where the server knows of no such thing (404). */
  async readIfThere(path: string, options: ReadOptions = {}): Promise<unknown> {
    try {
      return await this.read(path, options);
    } catch (error) {
      if (isStatus(error, 404)) return null;
      throw error;
    }
  }

  /** A write that may be done twice, and is repeated where needed. */
  async write(method: "PUT" | "PATCH" | "POST", path: string, options: WriteOptions = {}): Promise<unknown> {
    return (await this.#call("write", method, path, options, {})).data;
  }

  /** POST, sent once. `rate_limited` and an ApiFailure of 5xx (or 0: the connection broke) may mean that it was done all the same. */
  async create(path: string, options: WriteOptions = {}): Promise<unknown> {
    return (await this.#call("create", "POST", path, options, {})).data;
  }

  /** A raw read of headers, for a diagnosis. */
  async headers(path: string, signal?: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { headers } = await this.#call("read", "GET", path, { signal }, {});
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  }

  async #call(
    kind: RequestKind,
    method: string,
    path: string,
    options: {
      readonly signal?: AbortSignal | undefined;
      readonly params?: Readonly<Record<string, unknown>>;
    },
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const { clock, pace, progress } = this.#parts;
    const { signal, params = {} } = options;
    const patienceUntil = clock.now() + pace.patienceMs;
    let failures = 0;
    for (;;) {
      const opens = this.gate.openAt(kind, resourceOf(path)) - clock.now();
      if (opens > 5000) progress(`GitHub's limit: going on in ${Math.ceil(opens / 1000)} s`);
      const { answer, limited } = await this.gate.pass(kind, resourceOf(path), signal, () =>
        this.#send(method, path, params, headers, signal),
      );
      const { status } = answer;
      const shown = `${method} ${this.#octokit.request.endpoint(`${method} ${path}`, params).url.replace(this.#parts.apiUrl, "")}`;
      if (limited) {
        if (kind !== "create" && clock.now() < patienceUntil) continue;
        const wait = Math.ceil(Math.max(0, this.gate.openAt(kind) - clock.now()) / 1000);
        throw new ForkError(
          "rate_limited",
          `GitHub's limit stopped ${shown}: ${wordsOf(answer.data)}. It opens again in ${wait} s: try again then, with fewer projects at once.`,
        );
      }
      if (status >= 200 && status < 300) return answer;
      const transient = status >= 500 || status === 0 || status === 408;
      failures += 1;
      if (transient && kind !== "create" && failures < readAttempts) {
        await clock.sleep(pace.retryPauseMs * 2 ** (failures - 1), signal);
        continue;
      }
      throw new ApiFailure(status, shown, wordsOf(answer.data));
    }
  }

  /** One request. An answer is an answer whatever its status; 0 stands for none. */
  async #send(
    method: string,
    path: string,
    params: Readonly<Record<string, unknown>>,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const { token, pace, organization } = this.#parts;
    const authorization = `Bearer ${await token.token(signal)}`;
    signal?.throwIfAborted();
    const route = `${method} ${path}`;
    if (method !== "GET") {
      const { url } = this.#octokit.request.endpoint(route, params);
      guardWrite(method, url.slice(this.#parts.apiUrl.replace(/\/+$/, "").length), organization);
    }
    const timeout = AbortSignal.timeout(pace.requestTimeoutMs);
    try {
      const {
        status,
        data,
        headers: received,
      } = await this.#octokit.request(route, {
        ...params,
        headers: { ...headers, authorization, "x-github-api-version": "2022-11-28" },
        request: {
          fetch: cappedFetch,
          signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
          // A repository that moved answers with its new place: a write does not follow it there.
          redirect: method === "GET" ? "follow" : "manual",
        },
      });
      return { status, data: data as unknown, headers: received, message: "" };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof RequestError && error.response !== undefined) {
        const { status, headers: received, data } = error.response;
        return { status, headers: received, data, message: wordsOf(data) };
      }
      const why = timeout.aborted
        ? "no answer in time"
        : error instanceof Error
          ? error.message
          : "no answer";
      return { status: 0, headers: {}, data: why, message: why };
    }
  }
}

/** Which of the server's budgets a path uses. */
function resourceOf(path: string): string {
  return path.startsWith("/search/") ? "search" : path === "/graphql" ? "graphql" : "core";
}

function parseKnown(text: string | null): { readonly etag: string; readonly data: unknown } | null {
  if (text === null) return null;
  try {
    const { etag, data } = JSON.parse(text) as Record<string, unknown>;
    return typeof etag === "string" ? { etag, data } : null;
  } catch {
    return null;
  }
}
