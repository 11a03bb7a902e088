import { mayChangeWorkflows, workflowRefusal } from "../auth/access.ts";
import { afterPush } from "../git/after-push.ts";
import { git, tryGit } from "../git/run-git.ts";
import { type Answer, type Ask, Refused } from "../http/answer.ts";
import type { Route } from "../http/router.ts";
import { fullName } from "../state/repository.ts";
import { findRepository, requireCommits } from "./find-repository.ts";

export const mergeUpstreamRoutes: readonly Route[] = [
  { method: "POST", template: "/repos/{owner}/{repo}/merge-upstream", handler: mergeUpstream },
];

/** Brings a fork's branch up to its parent's: nothing to do, a fast-forward, a merge, or 409. */
async function mergeUpstream(ask: Ask): Promise<Answer> {
  const { world, actor, body } = ask;
  const fork = findRepository(ask, "contents", "write");
  await requireCommits(ask, fork);
  const parent = fork.parentId === null ? undefined : world.repos.get(fork.parentId);
  const branch = typeof body["branch"] === "string" ? body["branch"] : "";
  const [folder, from] = [fork.content.folder, parent?.content.folder];
  if (!parent || !folder || !from)
    throw new Refused(422, "The repository is not a fork, or its parent is gone.");
  const theirs = (await parent.content.refs()).get(`refs/heads/${branch}`);
  const ours = (await fork.content.refs()).get(`refs/heads/${branch}`);
  if (theirs === undefined || ours === undefined) throw new Refused(404, "Branch not found");
  const base = `${parent.owner}:${branch}`;
  const done = (type: string, message: string): Answer => ({
    status: 200,
    body: { message, merge_type: type, base_branch: base },
  });

  await git(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", from, theirs], { folder });
  const common = await fork.content.mergeBase(ours, theirs);
  if (common === theirs) return done("none", `This branch is not behind the upstream ${base}.`);
  if (!mayChangeWorkflows(actor)) {
    const changed = (await fork.content.changes(common, theirs)).find(({ path }) =>
      path.startsWith(".github/workflows/"),
    );
    if (changed) throw new Refused(422, workflowRefusal(actor, changed.path));
  }
  const before = await fork.content.refs();
  let next = theirs;
  if (common !== ours) {
    const merged = await tryGit(["merge-tree", "--write-tree", ours, theirs], { folder });
    if (merged.status !== 0) throw new Refused(409, "There are merge conflicts");
    const tree = merged.stdout.toString().trim();
    const message = `Merge branch '${fullName(parent)}:${branch}' into ${branch}`;
    next = await git(["commit-tree", tree, "-p", ours, "-p", theirs, "-m", message], { folder });
  }
  await git(["update-ref", `refs/heads/${branch}`, next, ours], { folder });
  await afterPush(world, fork, before);
  return done(
    common === ours ? "fast-forward" : "merge",
    `Successfully fetched and ${common === ours ? "fast-forwarded" : "merged"} from upstream ${base}.`,
  );
}
