import { setTimeout as delay } from "node:timers/promises";
import { Octokit } from "@octokit/core";
import { fixedToken, type ForkMemory } from "@universe-optimize/github-fork/github";
import { DiscoveryError } from "../errors.ts";
import type { GitHubReader } from "../github-reader.ts";
import { plainText } from "../plain-text.ts";

export interface GitHubRestOptions {
  /** Any token: public data is read only. */
  readonly token: string;
  /** Default: https://api.github.com. Enterprise: https://HOST/api/v3. */
  readonly apiUrl?: string;
  /**
   * Keeps cool-downs for processes that come after, or stand beside: those of `@universe-optimize/github-fork/github`, under the same
   * keys, so that a fork waits for a search's limit too. Default: they end with the process.
   */
  readonly memory?: ForkMemory;
  /** Told when a limit makes it wait for more than 5 s. */
  readonly progress?: (message: string) => void;
  /** First pause at a limit that names no time; it doubles up to 15 minutes. GitHub asks for at least a minute. Default: 60,000. */
  readonly limitPauseMs?: number;
  /** Before a read is repeated after a 5xx answer or a broken connection; it doubles. Default: 1,000. */
  readonly retryPauseMs?: number;
  /** How long one read waits for limits to lift. Default: 75 minutes, as the hourly limit may need one. */
  readonly patienceMs?: number;
}

const TRIES = 4;
const LONGEST_PAUSE_MS = 15 * 60_000;
const TIMEOUT_MS = 60_000;
const REREAD_MS = 5000;

interface CoolDown {
  /** Milliseconds since 1970. */
  readonly until: number;
  /** Limits in a row that named no time. */
  readonly strikes: number;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/**
 * Reads GitHub's REST API one request after the other, as GitHub asks for, and waits for its limits: until the time that it names,
 * else a minute and longer each time. Without Octokit's plugins: theirs let other requests through while one waits.
 * Where a process talks to GitHub in other ways too, hand its own reader to `discover`, so that both wait together.
 *
 * Rejects with DiscoveryError `unauthorized`, `rate_limited`, `unavailable`; for any other refusal with an Error that has `status`.
 */
export function githubRest(options: GitHubRestOptions): GitHubReader {
  const { progress, limitPauseMs = 60_000, retryPauseMs = 1000, patienceMs = 75 * 60_000 } = options;
  const silent = (): void => {};
  const apiUrl = options.apiUrl ?? "https://api.github.com";
  const memoryKey = `cooldown:${apiUrl} ${fixedToken(options.token).id}`;
  const octokit = new Octokit({
    auth: options.token,
    baseUrl: apiUrl.replace(/\/+$/u, ""),
    userAgent: "universe-optimize",
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  /** When a budget (search, core) opens again, milliseconds since 1970. */
  const opens = new Map<string, number>();
  let strikes = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  let turn: Promise<unknown> = Promise.resolve();

  const read: GitHubReader["read"] = async (path, { params = {}, signal }) => {
    const patienceUntil = Date.now() + patienceMs;
    let failures = 0;
    for (;;) {
      await waitFor(path, signal);
      const answer = await ask(path, params, signal);
      const { status } = answer;
      await note(answer);
      if (status >= 200 && status < 300) {
        if (strikes > 0) await keep({ until: 0, strikes: 0 });
        return answer.data;
      }
      if (isLimit(answer)) {
        if (Date.now() < patienceUntil) continue;
        throw new DiscoveryError(
          "rate_limited",
          `GitHub's limit did not lift in time (${wordsOf(answer)}). Call again later: it goes on where it was.`,
        );
      }
      if (status === 401)
        throw new DiscoveryError(
          "unauthorized",
          `GitHub refused the token (${wordsOf(answer)}). Set GITHUB_TOKEN to one that is valid.`,
        );
      if (status !== 0 && status !== 408 && status < 500)
        throw Object.assign(new Error(`GitHub answered ${status} to GET ${path}: ${wordsOf(answer)}`), {
          status,
        });
      failures += 1;
      if (failures === TRIES)
        throw new DiscoveryError(
          "unavailable",
          `GitHub did not answer GET ${path} in ${TRIES} tries (${wordsOf(answer)}). Call again: it goes on where it was.`,
        );
      await sleep(retryPauseMs * 2 ** (failures - 1), signal);
    }
  };

  async function waitFor(path: string, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      await reread();
      const wait = Math.max(opens.get("all") ?? 0, opens.get(budgetOf(path)) ?? 0) - Date.now();
      if (wait <= 0) return;
      if (wait > 5000) progress?.(`GitHub's limit: going on in ${Math.ceil(wait / 1000)} s`);
      await sleep(Math.min(wait, 60_000), signal);
    }
  }

  /** Takes note of budgets that are used up, and of limits. */
  async function note(answer: Answer): Promise<void> {
    const { headers } = answer;
    const now = Date.now();
    const reset = Number(headers["x-ratelimit-reset"]) * 1000 + 1000;
    const empty = String(headers["x-ratelimit-remaining"]) === "0" && reset > now;
    if (empty) opens.set(String(headers["x-ratelimit-resource"] ?? "core"), reset);
    if (!isLimit(answer)) return;
    const after = Number(headers["retry-after"] ?? Number.NaN) * 1000;
    if (empty && Number.isNaN(after)) return;
    const grown = Math.min(limitPauseMs * 2 ** Math.min(strikes, 10), LONGEST_PAUSE_MS);
    await keep({ until: now + (Number.isNaN(after) ? grown : after), strikes: strikes + 1 });
  }

  async function keep(coolDown: CoolDown): Promise<void> {
    opens.set("all", coolDown.until);
    ({ strikes } = coolDown);
    const ttlMs = Math.max(0, coolDown.until - Date.now()) + 600_000;
    await options.memory?.set(memoryKey, JSON.stringify(coolDown), ttlMs);
  }

  /** What other processes with this token have learned. */
  async function reread(): Promise<void> {
    if (options.memory === undefined || Date.now() - readAt < REREAD_MS) return;
    readAt = Date.now();
    const kept = parseCoolDown(await options.memory.get(memoryKey));
    if (kept === null || kept.until <= (opens.get("all") ?? 0)) return;
    opens.set("all", kept.until);
    ({ strikes } = kept);
  }

  async function ask(
    path: string,
    params: Readonly<Record<string, string | number | boolean>>,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const { status, headers, data } = await octokit.request(`GET ${path}`, {
        ...params,
        headers: { "x-github-api-version": "2022-11-28" },
        request: { signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) },
      });
      return { status, headers, data: data as unknown };
    } catch (error) {
      signal?.throwIfAborted();
      const { response } = error as {
        response?: { status: number; headers: Answer["headers"]; data: unknown };
      };
      return response ?? { status: 0, headers: {}, data: { message: (error as Error).message } };
    }
  }

  return {
    read(path, given) {
      const mine = turn.then(
        () => read(path, given),
        () => read(path, given),
      );
      turn = mine.catch(() => {});
      return mine;
    },
  };
}

function parseCoolDown(text: string | null): CoolDown | null {
  if (text === null) return null;
  try {
    const { until, strikes } = JSON.parse(text) as Record<string, unknown>;
    return typeof until === "number" && typeof strikes === "number" ? { until, strikes } : null;
  } catch {
    return null;
  }
}

function isLimit({ status, headers, data }: Answer): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers["retry-after"] !== undefined ||
    String(headers["x-ratelimit-remaining"]) === "0" ||
    /rate limit|abuse/iu.test(String((data as { message?: unknown } | null)?.message))
  );
}

function budgetOf(path: string): string {
  return path.startsWith("/search/") ? "search" : "core";
}

function wordsOf({ status, data }: Answer): string {
  const { message } = (data ?? {}) as { message?: unknown };
  return typeof message === "string" ? plainText(message, 200) : `status ${status}`;
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return delay(ms, undefined, signal ? { signal } : {});
}
