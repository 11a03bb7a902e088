import { SyntheticContent } from "../content/synthetic-content.ts";
import { ordinaryFacts, type Repository } from "../state/repository.ts";
import type { World } from "../state/world.ts";
import { syntheticFiles } from "./synthetic-files.ts";
import { syntheticUniverse, type UniverseOptions } from "./synthetic-universe.ts";

/** Loads made-up repositories. 5,000 take well under a second: their files are made when they are looked at. */
export function addUniverse(world: World, options: UniverseOptions): void {
  let last: Repository | null = null;
  for (const made of syntheticUniverse(options)) {
    const [, name = ""] = made.repo.split("/");
    const { login, type, name: ownerName, blog, description, verified } = made.owner;
    if (world.account(login) === null)
      world.addAccount(type, { login, name: ownerName, blog, description, verified });
    const repo: Repository = {
      ...ordinaryFacts(made.createdAt),
      archived: made.archived,
      description: made.description,
      homepage: made.owner.blog,
      language: made.language,
      license: made.license,
      size: made.size,
      stars: made.stars,
      topics: made.topics,
      pushedAt: made.pushedAt,
      updatedAt: made.pushedAt,
      id: world.nextId(),
      owner: login,
      name,
      parentId: made.fork ? (last?.id ?? null) : null,
      sourceId: made.fork ? (last?.sourceId ?? last?.id ?? null) : null,
      creator: null,
      content: new SyntheticContent({
        name: made.repo,
        files: () => syntheticFiles(made),
        defaultBranch: "main",
        commitDates: commitDates(made.createdAt, made.pushedAt),
      }),
      actionsEnabled: true,
      allowedActions: "all",
      forking: null,
    };
    world.addRepo(repo);
    last = repo;
  }
}

/** Four commits from the first day to the last push, newest first. */
function commitDates(createdAt: string, pushedAt: string): string[] {
  const [from, to] = [Date.parse(createdAt), Date.parse(pushedAt)];
  return [1, 0.9, 0.5, 0].map((share) =>
    new Date(from + (to - from) * share).toISOString().replace(/\.\d+Z$/, "Z"),
  );
}
