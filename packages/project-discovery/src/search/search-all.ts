import { setTimeout as delay } from "node:timers/promises";
import { DiscoveryError } from "../errors.ts";
import type { GitHubReader } from "../github-reader.ts";
import type { Answers } from "../journal/answers.ts";
import { type Candidate, readSearchPage, type SearchPage } from "./candidate.ts";
import { PAGE_SIZE, SEARCH_CAP, searchQuery, type SearchWindow, splitWindow } from "./search-window.ts";

export interface SearchParts {
  readonly github: GitHubReader;
  readonly answers: Answers;
  readonly signal: AbortSignal | undefined;
  /** Before a page that GitHub could not complete is asked for again; it doubles. Milliseconds. */
  readonly pauseMs: number;
  /** A sentence about results that may be missing. */
  readonly warn: (message: string) => void;
}

/** How often a page with `incomplete_results` is asked for. */
const INCOMPLETE_TRIES = 3;

/** All repositories of a window, each once a window; cuts it wherever it has more than the 1,000 that one query gives. */
export async function* searchAll(window: SearchWindow, parts: SearchParts): AsyncGenerator<Candidate> {
  const query = searchQuery(window);
  const first = await askPage(query, 1, parts);
  if (first.total > SEARCH_CAP || first.incomplete) {
    const smaller = splitWindow(window, Math.max(first.total, 2 * PAGE_SIZE));
    if (smaller.length > 0) {
      for (const one of smaller) yield* searchAll(one, parts);
      return;
    }
    parts.warn(
      first.incomplete
        ? `GitHub could not complete "${query}": some of its results may be missing.`
        : `"${query}" has ${first.total} results in one second, and GitHub gives ${SEARCH_CAP}: the rest is missing.`,
    );
  }
  yield* first.candidates;
  const pages = Math.ceil(Math.min(first.total, SEARCH_CAP) / PAGE_SIZE);
  for (let page = 2; page <= pages; page += 1) {
    const next = await askPage(query, page, parts);
    if (next.incomplete)
      parts.warn(`GitHub could not complete page ${page} of "${query}": results may be missing.`);
    yield* next.candidates;
  }
}

async function askPage(query: string, page: number, parts: SearchParts): Promise<SearchPage> {
  const { answers, github, pauseMs, signal } = parts;
  for (let attempt = 1; ; attempt += 1) {
    const key = `search ${query} page ${page}${attempt === 1 ? "" : ` try ${attempt}`}`;
    const found = await answers.ask(key, "run", async () => {
      signal?.throwIfAborted();
      if (attempt > 1) await delay(pauseMs * 2 ** (attempt - 2), undefined, signal ? { signal } : {});
      const params = { q: query, sort: "stars", order: "desc", per_page: PAGE_SIZE, page };
      return readSearchPage(await github.read("/search/repositories", { params, signal }));
    });
    if (!found.incomplete || attempt === INCOMPLETE_TRIES) return found;
  }
}

/** Whether an error is GitHub's word that there is no such thing, or that it holds nothing. */
export function isAbsence(error: unknown): boolean {
  const { status } = error as { status?: unknown };
  return status === 404 || status === 409 || status === 451;
}

/** The error as it is told: DiscoveryError and the signal's reason as they are. */
export function asUnavailable(error: unknown, what: string): unknown {
  if (error instanceof DiscoveryError || typeof (error as { code?: unknown }).code === "string") return error;
  const { status } = error as { status?: unknown };
  return typeof status === "number"
    ? new DiscoveryError(
        status === 401 || status === 403 ? "unauthorized" : "unavailable",
        `GitHub answered ${status} to ${what}: ${(error as Error).message}. Call again: it goes on where it was.`,
        { cause: error },
      )
    : error;
}
