import type { DiscoveryCriteria } from "@universe-optimize/project-discovery";
import type { Call, SyntheticRepository } from "@universe-optimize/test-servers/github";

/** Repositories of a made-up universe that fit, by what they were made with: sorted names. */
export function fittingRepositories(
  universe: readonly SyntheticRepository[],
  criteria: DiscoveryCriteria,
  asOf: Date,
  { employeesKnown = false } = {},
): string[] {
  const { languages, minStars, pushedWithinDays, employees } = criteria;
  const since = asOf.getTime() - pushedWithinDays * 86_400_000;
  return universe
    .filter(
      (repo) =>
        languages.some((language) => language === repo.language.toLowerCase()) &&
        repo.stars >= minStars &&
        Date.parse(repo.pushedAt) >= since &&
        !repo.archived &&
        !repo.fork &&
        repo.performance &&
        repo.ci &&
        repo.tests !== null &&
        repo.owner.type === "Organization" &&
        (repo.owner.blog !== null || repo.owner.description !== null) &&
        !(
          employeesKnown &&
          repo.owner.blog !== null &&
          repo.owner.employees !== null &&
          (repo.owner.employees < employees.min || repo.owner.employees > employees.max)
        ),
    )
    .map(({ repo }) => repo)
    .toSorted();
}

/** What a request of the emulator's log asked for, in the words of the journal's keys, without the push's time. */
export function keyOfCall({ path }: Pick<Call, "path">): string {
  const url = new URL(path, "http://localhost");
  const query = url.searchParams;
  if (url.pathname.endsWith("/search/repositories"))
    return `search ${query.get("q")} page ${query.get("page")}`;
  const tree = /\/repos\/([^/]+\/[^/]+)\/git\/trees\//u.exec(url.pathname);
  if (tree !== null) return `tree ${tree[1]}`;
  return `owner ${url.pathname.split("/").at(-1)?.toLowerCase()}`;
}

/** The same of a journal's key. */
export function requestOfKey(key: string): string {
  return key.startsWith("tree ") ? key.split(" ").slice(0, 2).join(" ") : key;
}
