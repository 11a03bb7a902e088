import type { Ask } from "./answer.ts";

export interface Page {
  readonly number: number;
  readonly size: number;
  readonly skip: number;
}

/** `page` and `per_page` of a request, held to GitHub's bounds: 30 by default, 100 at most. */
export function pageOf(query: URLSearchParams): Page {
  const whole = (name: string, otherwise: number): number => {
    const value = Number.parseInt(query.get(name) ?? "", 10);
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  const number = whole("page", 1);
  const size = Math.min(100, whole("per_page", 30));
  return { number, size, skip: (number - 1) * size };
}

/** The Link header for a page out of `total`; empty when there is one page only. */
export function linkHeader({ url, apiUrl, query }: Ask, page: Page, total: number): Record<string, string> {
  const last = Math.max(1, Math.ceil(total / page.size));
  const links: string[] = [];
  const add = (number: number, rel: string): void => {
    const to = new URLSearchParams(query);
    to.set("page", String(number));
    const path = url.pathname.replace(/^\/api\/v3/, "");
    links.push(`<${apiUrl}${path}?${to.toString()}>; rel="${rel}"`);
  };
  if (page.number > 1) add(page.number - 1, "prev");
  if (page.number < last) {
    add(page.number + 1, "next");
    add(last, "last");
  }
  if (page.number > 1) add(1, "first");
  return links.length > 0 ? { link: links.join(", ") } : {};
}

/** One page of a list that lies in memory, with its Link header. */
export function paginate<T>(ask: Ask, all: readonly T[]): { items: T[]; headers: Record<string, string> } {
  const page = pageOf(ask.query);
  return {
    items: all.slice(page.skip, page.skip + page.size),
    headers: linkHeader(ask, page, all.length),
  };
}
