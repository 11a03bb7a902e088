import { actingLogin } from "../auth/actor.ts";
import { type Answer, type Ask, invalid, Refused } from "../http/answer.ts";
import { paginate } from "../http/paginate.ts";
import type { Route } from "../http/router.ts";
import type { Pull } from "../state/pull.ts";
import type { Repository } from "../state/repository.ts";
import { findRepository, requireCommits } from "./find-repository.ts";
import { fullPullJson, pullJson } from "./pull-json.ts";

export const pullRoutes: readonly Route[] = [
  { method: "GET", template: "/repos/{owner}/{repo}/pulls", handler: listPulls },
  { method: "POST", template: "/repos/{owner}/{repo}/pulls", handler: createPull },
  { method: "GET", template: "/repos/{owner}/{repo}/pulls/{pull_number}", handler: getPull },
  { method: "PATCH", template: "/repos/{owner}/{repo}/pulls/{pull_number}", handler: changePull },
];

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function listPulls(ask: Ask): Answer {
  const repo = findRepository(ask, "pull_requests");
  const state = ask.query.get("state") ?? "open";
  const [head, base] = [ask.query.get("head"), ask.query.get("base")];
  const label = (pull: Pull): string =>
    `${ask.world.repos.get(pull.headRepoId)?.owner ?? ""}:${pull.headBranch}`;
  const found = ask.world.pulls.filter(
    (pull) =>
      pull.repoId === repo.id &&
      (state === "all" || pull.state === state) &&
      (head === null || label(pull) === head) &&
      (base === null || pull.baseBranch === base),
  );
  const { items, headers } = paginate(ask, found.toReversed());
  return { status: 200, headers, body: items.map((pull) => pullJson(ask, pull)) };
}

async function createPull(ask: Ask): Promise<Answer> {
  const { world, actor, body } = ask;
  const repo = findRepository(ask, "pull_requests", "write");
  await requireCommits(ask, repo);
  const [owner, branch] = text(body["head"]).includes(":")
    ? text(body["head"]).split(":", 2)
    : [repo.owner, text(body["head"])];
  const head = headRepository(ask, repo, owner ?? "");
  const headSha = await head?.content.resolve(`refs/heads/${branch ?? ""}`);
  if (!head || !headSha) throw invalid("PullRequest", "head", "invalid");
  const baseSha = await repo.content.resolve(`refs/heads/${text(body["base"])}`);
  if (baseSha === null) throw invalid("PullRequest", "base", "invalid");
  const same = world.pulls.some(
    (pull) =>
      pull.state === "open" &&
      pull.repoId === repo.id &&
      pull.headRepoId === head.id &&
      pull.headBranch === branch,
  );
  if (same)
    throw invalid(
      "PullRequest",
      "head",
      "custom",
      `A pull request already exists for ${head.owner}:${branch}.`,
    );
  if (headSha === baseSha)
    throw invalid("PullRequest", "head", "custom", `No commits between ${text(body["base"])} and ${branch}`);
  const now = world.nowIso();
  const pull: Pull = {
    id: world.nextId(),
    number: world.pulls.filter((one) => one.repoId === repo.id).length + 1,
    repoId: repo.id,
    headRepoId: head.id,
    headBranch: branch ?? "",
    baseBranch: text(body["base"]),
    headSha,
    baseSha,
    title: text(body["title"]),
    body: typeof body["body"] === "string" ? body["body"] : null,
    state: "open",
    draft: body["draft"] === true,
    author: actingLogin(actor),
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    mergedAt: null,
  };
  world.pulls.push(pull);
  return { status: 201, body: await fullPullJson(ask, pull) };
}

/** The repository of the same network that the owner has. */
function headRepository({ world }: Ask, repo: Repository, owner: string): Repository | undefined {
  if (owner.toLowerCase() === repo.owner.toLowerCase()) return repo;
  const root = repo.sourceId ?? repo.id;
  return [...world.repos.values()].find(
    (one) => one.owner.toLowerCase() === owner.toLowerCase() && (one.sourceId === root || one.id === root),
  );
}

function findPull(ask: Ask, repo: Repository): Pull {
  const number = Number(ask.params["pull_number"]);
  const pull = ask.world.pulls.find((one) => one.repoId === repo.id && one.number === number);
  if (!pull) throw new Refused(404, "Not Found");
  return pull;
}

async function getPull(ask: Ask): Promise<Answer> {
  return { status: 200, body: await fullPullJson(ask, findPull(ask, findRepository(ask, "pull_requests"))) };
}

async function changePull(ask: Ask): Promise<Answer> {
  const pull = findPull(ask, findRepository(ask, "pull_requests", "write"));
  const { title, body, state } = ask.body;
  if (typeof title === "string") pull.title = title;
  if (typeof body === "string") pull.body = body;
  if (state === "open" || state === "closed") {
    pull.state = state;
    pull.closedAt = state === "closed" ? ask.world.nowIso() : null;
  }
  pull.updatedAt = ask.world.nowIso();
  return { status: 200, body: await fullPullJson(ask, pull) };
}
