import { refusal } from "../auth/access.ts";
import type { Actor } from "../auth/actor.ts";
import { invalid } from "../http/answer.ts";
import type { Repository } from "../state/repository.ts";
import type { World } from "../state/world.ts";
import { repositoryTest } from "./match-repository.ts";
import { parseQuery } from "./parse-query.ts";

/** All repositories that a query finds and the actor may see, in the order that was asked for. */
export function searchRepositories(
  world: World,
  actor: Actor,
  query: string,
  { sort, order }: { readonly sort: string | null; readonly order: string | null },
): Repository[] {
  if (query.trim() === "") throw invalid("Search", "q", "missing");
  const words = query.replaceAll(/\S+:\S+/g, "");
  if (words.length > 256)
    throw invalid("Search", "q", "invalid", "The search is longer than 256 characters.");
  let test: (repo: Repository) => boolean;
  try {
    test = repositoryTest(world, parseQuery(query));
  } catch (error) {
    throw invalid("Search", "q", "invalid", (error as Error).message);
  }
  const value = (repo: Repository): number =>
    sort === "updated"
      ? Date.parse(repo.pushedAt)
      : sort === "forks"
        ? world.forksOf(repo).length
        : repo.stars;
  const direction = order === "asc" ? 1 : -1;
  return [...world.repos.values()]
    .filter(
      (repo) =>
        test(repo) &&
        world.phase(repo) !== "hidden" &&
        refusal(world, actor, repo, "metadata", "read") === null,
    )
    .toSorted((a, b) => direction * (value(a) - value(b)) || a.id - b.id);
}
