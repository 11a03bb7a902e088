import { GitContent, isoSeconds } from "../content/git-content.ts";
import { copyRepository, makeRepository } from "../git/make-repository.ts";
import type { CommitSeed, RepositorySeed } from "../seeds.ts";
import { ordinaryFacts, type Repository } from "../state/repository.ts";
import type { World } from "../state/world.ts";

/** Adds a repository with git data. */
export async function addRepository(world: World, seed: RepositorySeed): Promise<Repository> {
  const [owner = "", name = "", ...more] = seed.repo.split("/");
  if (owner === "" || name === "" || more.length > 0)
    throw new Error(`'${seed.repo}' is no repository name: owner/name is expected.`);
  if (world.repo(seed.repo)) throw new Error(`${seed.repo} exists already.`);
  const account = world.account(owner) ?? world.addAccount("Organization", { login: owner });
  const { repo: _repo, commits, from, forkOf, ...facts } = seed;
  const parent = forkOf === undefined ? null : world.repo(forkOf);
  if (forkOf !== undefined && parent === null) throw new Error(`${forkOf} is not there to be forked.`);
  const folder = world.newFolder();
  const source = from ?? (commits === undefined ? parent?.content.folder : undefined);
  let defaultBranch = seed.defaultBranch ?? parent?.defaultBranch ?? "main";
  if (source) defaultBranch = await copyRepository(source, folder);
  else await makeRepository(folder, defaultBranch, commits ?? [readme(name, world.nowIso())]);
  const now = isoSeconds(world.nowMs());
  const repo: Repository = {
    ...ordinaryFacts(now),
    ...facts,
    defaultBranch,
    id: world.nextId(),
    owner: account.login,
    name,
    updatedAt: now,
    parentId: parent?.id ?? null,
    sourceId: parent?.sourceId ?? parent?.id ?? null,
    creator: null,
    content: new GitContent(folder),
    actionsEnabled: true,
    allowedActions: "all",
    forking: null,
  };
  world.addRepo(repo);
  return repo;
}

const readme = (name: string, date: string): CommitSeed => ({
  message: "First",
  date,
  files: { "README.md": `# ${name}\n` },
});
