import type { CommitFacts } from "../content/repo-content.ts";
import { type Answer, type Ask, Refused } from "../http/answer.ts";
import { linkHeader, pageOf } from "../http/paginate.ts";
import type { Route } from "../http/router.ts";
import { fullName, type Repository } from "../state/repository.ts";
import { commitJson, fileJson } from "./commit-json.ts";
import { findRepository, requireCommits } from "./find-repository.ts";

export const commitRoutes: readonly Route[] = [
  { method: "GET", template: "/repos/{owner}/{repo}/commits", handler: listCommits },
  { method: "GET", template: "/repos/{owner}/{repo}/commits/{ref}", handler: getCommit },
  { method: "GET", template: "/repos/{owner}/{repo}/compare/{basehead}", handler: compare },
];

async function listCommits(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "contents");
  await requireCommits(ask, repo);
  const revision = ask.query.get("sha") ?? "HEAD";
  const sha = await repo.content.resolve(revision);
  if (sha === null) throw new Refused(404, "Not Found");
  const page = pageOf(ask.query);
  const text = (name: string): string | undefined => ask.query.get(name) ?? undefined;
  // One more than the page holds tells whether there is a next one.
  const commits = await repo.content.log(sha, {
    skip: page.skip,
    limit: page.size + 1,
    path: text("path"),
    since: text("since"),
    until: text("until"),
    author: text("author"),
  });
  const filtered = ["path", "since", "until", "author"].some((name) => ask.query.has(name));
  const total = filtered ? page.skip + commits.length : await repo.content.count(sha);
  return {
    status: 200,
    headers: linkHeader(ask, page, total),
    body: commits.slice(0, page.size).map((commit) => commitJson(ask, repo, commit)),
  };
}

async function getCommit(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "contents");
  await requireCommits(ask, repo);
  const ref = ask.params["ref"] ?? "";
  const sha = await repo.content.resolve(ref);
  if (sha === null) throw new Refused(422, `No commit found for SHA: ${ref}`);
  if (ask.accept.includes("sha")) return { status: 200, body: Buffer.from(sha), headers: plain };
  const commit = await repo.content.commit(sha);
  const files = await repo.content.changes(commit.parents[0] ?? null, sha);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return {
    status: 200,
    body: {
      ...commitJson(ask, repo, commit),
      stats: { additions, deletions, total: additions + deletions },
      files: files.map((file) => fileJson(ask, repo, sha, file)),
    },
  };
}

const plain = { "content-type": "text/plain; charset=utf-8" };
const mostCommits = 250;

async function compare(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "contents");
  await requireCommits(ask, repo);
  const [from = "", to = ""] = (ask.params["basehead"] ?? "").split("...");
  const [base, head] = await Promise.all([side(ask, repo, from), side(ask, repo, to)]);
  if (base === null || head === null) throw new Refused(404, "Not Found");
  // Both must lie in one repository for git to compare them: a fork has its source's commits.
  const { content } = head.repo.content.folder === null ? repo : head.repo;
  const mergeBase = await content.mergeBase(base.sha, head.sha).catch(() => null);
  if (mergeBase === null) throw new Refused(404, `No common ancestor between ${from} and ${to}.`);
  const ahead = await content.between(base.sha, head.sha);
  const behind = await content.between(head.sha, base.sha);
  const page = pageOf(ask.query);
  const shown =
    ask.query.has("page") || ask.query.has("per_page")
      ? ahead.slice(page.skip, page.skip + page.size)
      : ahead.slice(0, mostCommits);
  const files = await content.changes(mergeBase, head.sha);
  const url = `${ask.apiUrl}/repos/${fullName(repo)}/compare/${from}...${to}`;
  const web = `${ask.world.serverUrl}/${fullName(repo)}/compare/${from}...${to}`;
  const json = (commit: CommitFacts): Record<string, unknown> => commitJson(ask, repo, commit);
  return {
    status: 200,
    body: {
      url,
      html_url: web,
      permalink_url: web,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      base_commit: json(await content.commit(base.sha)),
      merge_base_commit: json(await content.commit(mergeBase)),
      status: statusOf(ahead.length, behind.length),
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: shown.map(json),
      files: files.slice(0, 300).map((file) => fileJson(ask, repo, head.sha, file)),
    },
  };
}

function statusOf(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? "diverged" : "ahead";
  return behind > 0 ? "behind" : "identical";
}

/** `branch`, `owner:branch` or `owner:repo:branch` of the same network. */
async function side(
  ask: Ask,
  repo: Repository,
  text: string,
): Promise<{ repo: Repository; sha: string } | null> {
  const parts = text.split(":");
  const revision = parts.pop() ?? "";
  let at: Repository | undefined = repo;
  if (parts.length > 0) {
    const [owner = "", name] = parts;
    const root = repo.sourceId ?? repo.id;
    at = [...ask.world.repos.values()].find(
      (one) =>
        one.owner.toLowerCase() === owner.toLowerCase() &&
        (name === undefined || one.name === name) &&
        (one.id === root || one.sourceId === root),
    );
  }
  const sha = await at?.content.resolve(revision);
  return at && sha ? { repo: at, sha } : null;
}
