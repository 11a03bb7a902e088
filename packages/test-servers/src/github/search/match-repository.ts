import { fullName, type Repository } from "../state/repository.ts";
import type { World } from "../state/world.ts";
import { numberRange, type Range, type Term, timeRange, within } from "./parse-query.ts";

type Test = (repo: Repository) => boolean;

const same = (a: string | null, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

/** A test of repositories for a search query. Throws with the words for a 422 when a qualifier is unknown or malformed. */
export function repositoryTest(world: World, terms: readonly Term[]): Test {
  const tests: Test[] = [];
  // Several languages, topics, owners … that are asked for: any of them. Forks are left out unless asked for.
  const either = new Map<string, Test[]>();
  let forks = "false";
  for (const { negated, qualifier, value } of terms) {
    if (qualifier === "fork") {
      forks = value;
      continue;
    }
    if (qualifier === "in" || qualifier === "sort") continue;
    const test = testOf(world, qualifier, value);
    if (negated) tests.push((repo) => !test(repo));
    else if (qualifier !== null && alternatives.has(qualifier))
      either.set(qualifier, [...(either.get(qualifier) ?? []), test]);
    else tests.push(test);
  }
  for (const any of either.values()) tests.push((repo) => any.some((test) => test(repo)));
  if (!["true", "false", "only"].includes(forks))
    throw new Error(`"${forks}" is no value of the fork qualifier`);
  if (forks === "false") tests.push((repo) => repo.parentId === null);
  if (forks === "only") tests.push((repo) => repo.parentId !== null);
  return (repo) => tests.every((test) => test(repo));
}

const alternatives = new Set(["language", "repo", "user", "org", "license"]);

function testOf(world: World, qualifier: string | null, value: string): Test {
  const need = (range: Range | null): Range => {
    if (range === null) throw new Error(`"${value}" is no range of the ${qualifier} qualifier`);
    return range;
  };
  switch (qualifier) {
    case null: {
      const word = value.toLowerCase();
      return (repo) =>
        `${repo.name} ${repo.description ?? ""} ${repo.topics.join(" ")}`.toLowerCase().includes(word);
    }
    case "language":
      return (repo) => same(repo.language, value);
    case "license":
      return (repo) => same(repo.license, value);
    case "topic":
      return (repo) => repo.topics.includes(value.toLowerCase());
    case "repo":
      return (repo) => same(fullName(repo), value);
    case "user":
    case "org":
      return (repo) => same(repo.owner, value);
    case "stars": {
      const range = need(numberRange(value));
      return (repo) => within(repo.stars, range);
    }
    case "size": {
      const range = need(numberRange(value));
      return (repo) => within(repo.size, range);
    }
    case "forks": {
      const range = need(numberRange(value));
      return (repo) => within(world.forksOf(repo).length, range);
    }
    case "pushed":
    case "created": {
      const range = need(timeRange(value));
      return (repo) => within(Date.parse(qualifier === "pushed" ? repo.pushedAt : repo.createdAt), range);
    }
    case "archived":
    case "mirror":
    case "template": {
      if (value !== "true" && value !== "false")
        throw new Error(`"${value}" is no value of the ${qualifier} qualifier`);
      return (repo) => (qualifier === "archived" && repo.archived) === (value === "true");
    }
    case "is":
      if (value !== "public" && value !== "private")
        throw new Error(`"${value}" is no value of the is qualifier`);
      return (repo) => repo.private === (value === "private");
    default:
      throw new Error(`"${qualifier}" is no qualifier that this emulator knows`);
  }
}
