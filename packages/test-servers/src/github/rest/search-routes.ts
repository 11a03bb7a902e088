import { type Answer, type Ask, Refused } from "../http/answer.ts";
import { linkHeader, pageOf } from "../http/paginate.ts";
import type { Route } from "../http/router.ts";
import { searchRepositories } from "../search/search-repositories.ts";
import type { Pull } from "../state/pull.ts";
import { searchPulls } from "../search/search-pulls.ts";
import { pullJson } from "./pull-json.ts";
import { repositoryJson } from "./repository-json.ts";

/** As many results of a query can be had, whatever `total_count` says. */
const resultCap = 1_000;

export const searchRoutes: readonly Route[] = [
  { method: "GET", template: "/search/repositories", handler: repositories },
  { method: "GET", template: "/search/issues", handler: issues },
];

/** A page of results; 422 beyond the cap. */
function capped(query: URLSearchParams): ReturnType<typeof pageOf> {
  const page = pageOf(query);
  // A page that begins within the cap and ends beyond it is refused, too.
  if (page.skip + page.size > resultCap && page.skip > 0)
    throw new Refused(422, "Only the first 1000 search results are available");
  return page;
}

function repositories(ask: Ask): Answer {
  const { world, actor, query } = ask;
  const found = searchRepositories(world, actor, query.get("q") ?? "", {
    sort: query.get("sort"),
    order: query.get("order"),
  });
  const page = capped(query);
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

function issues(ask: Ask): Answer {
  const found = searchPulls(ask.world, ask.actor, ask.query.get("q") ?? "");
  const page = capped(ask.query);
  return {
    status: 200,
    headers: linkHeader(ask, page, Math.min(found.length, resultCap)),
    body: {
      total_count: found.length,
      incomplete_results: false,
      search_type: "lexical",
      items: found.slice(page.skip, page.skip + page.size).map((pull) => issueJson(ask, pull)),
    },
  };
}

/** `issue-search-result-item` of a pull request. */
function issueJson(ask: Ask, pull: Pull): Record<string, unknown> {
  const json = pullJson(ask, pull);
  const issue = String(json["issue_url"]);
  const [html, diff, patch] = [json["html_url"], json["diff_url"], json["patch_url"]];
  const pick = (...names: string[]): object => Object.fromEntries(names.map((name) => [name, json[name]]));
  return {
    ...pick(
      "id",
      "node_id",
      "number",
      "html_url",
      "state",
      "locked",
      "title",
      "user",
      "body",
      "labels",
      "milestone",
    ),
    ...pick("created_at", "updated_at", "closed_at", "assignee", "assignees", "author_association", "draft"),
    url: issue,
    repository_url: issue.replace(/\/issues\/\d+$/, ""),
    labels_url: `${issue}/labels{/name}`,
    comments_url: `${issue}/comments`,
    events_url: `${issue}/events`,
    comments: 0,
    score: 1,
    pull_request: {
      url: json["url"],
      html_url: html,
      diff_url: diff,
      patch_url: patch,
      merged_at: pull.mergedAt,
    },
  };
}
