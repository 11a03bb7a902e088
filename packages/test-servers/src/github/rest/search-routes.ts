import { type Answer, type Ask, Refused } from "../http/answer.ts";
import { linkHeader, pageOf } from "../http/paginate.ts";
import type { Route } from "../http/router.ts";
import { searchRepositories } from "../search/search-repositories.ts";
import { repositoryJson } from "./repository-json.ts";

/** As many results of a query can be had, whatever `total_count` says. */
export const resultCap = 1_000;

export const searchRoutes: readonly Route[] = [
  { method: "GET", template: "/search/repositories", handler: repositories },
];

function repositories(ask: Ask): Answer {
  const { world, actor, query } = ask;
  const found = searchRepositories(world, actor, query.get("q") ?? "", {
    sort: query.get("sort"),
    order: query.get("order"),
  });
  const page = pageOf(query);
  // A page that begins within the cap and ends beyond it is refused, too.
  if (page.number * page.size > resultCap && page.skip >= resultCap - (resultCap % page.size))
    throw new Refused(422, "Only the first 1000 search results are available");
  const incomplete = world.incompleteSearches > 0;
  if (incomplete) world.incompleteSearches--;
  // An incomplete answer lacks results without saying which.
  const items = found
    .slice(page.skip, page.skip + page.size)
    .filter((_, index) => !incomplete || index % 3 !== 2);
  const headers = linkHeader(ask, page, Math.min(found.length, resultCap));
  return {
    status: 200,
    headers,
    body: {
      total_count: found.length,
      incomplete_results: incomplete,
      items: items.map((repo) => ({ ...repositoryJson(world, ask.apiUrl, actor, repo), score: 1 })),
    },
  };
}
