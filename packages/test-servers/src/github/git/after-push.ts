import type { Repository } from "../state/repository.ts";
import { fullName } from "../state/repository.ts";
import type { World } from "../state/world.ts";

const heads = "refs/heads/";

/** What GitHub does when branches have changed: dates, pull requests, and Actions where they are on. */
export async function afterPush(
  world: World,
  repo: Repository,
  before: ReadonlyMap<string, string>,
): Promise<void> {
  const after = await repo.content.refs();
  for (const [ref, sha] of after) {
    if (before.get(ref) === sha || !ref.startsWith(heads)) continue;
    const branch = ref.slice(heads.length);
    repo.pushedAt = world.nowIso();
    for (const pull of world.pulls)
      if (pull.headRepoId === repo.id && pull.headBranch === branch && pull.state === "open")
        pull.headSha = sha;
    await startWorkflows(world, repo, branch, sha);
  }
}

/** Records every workflow of the commit as run, if Actions are on. */
async function startWorkflows(world: World, repo: Repository, branch: string, sha: string): Promise<void> {
  if (!world.actionsOn(repo)) return;
  const files = (await repo.content.tree(`${sha}:.github/workflows`, false)) ?? [];
  for (const { path, type } of files) {
    if (type !== "blob" || !/\.ya?ml$/.test(path)) continue;
    world.runs.push({
      id: world.nextId(),
      repo: fullName(repo),
      workflow: `.github/workflows/${path}`,
      branch,
      sha,
      event: "push",
      at: world.nowIso(),
    });
  }
}
