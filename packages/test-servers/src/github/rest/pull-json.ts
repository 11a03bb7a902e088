import type { Ask } from "../http/answer.ts";
import type { Pull } from "../state/pull.ts";
import { fullName, type Repository } from "../state/repository.ts";
import { repositoryJson } from "./repository-json.ts";
import { nodeId, userJson } from "./user-json.ts";

/** `pull-request-simple`: as lists give it. */
export function pullJson(ask: Ask, pull: Pull): Record<string, unknown> {
  const { world, apiUrl, actor } = ask;
  const base = world.repos.get(pull.repoId);
  const head = world.repos.get(pull.headRepoId);
  const name = base ? fullName(base) : "ghost/gone";
  const api = `${apiUrl}/repos/${name}`;
  const url = `${api}/pulls/${pull.number}`;
  const web = `${world.serverUrl}/${name}/pull/${pull.number}`;
  const end = (repo: Repository | undefined, branch: string, sha: string): Record<string, unknown> => ({
    label: `${repo?.owner ?? "ghost"}:${branch}`,
    ref: branch,
    sha,
    user: userJson(world, apiUrl, repo?.owner ?? "ghost"),
    repo: repo ? repositoryJson(world, apiUrl, actor, repo) : null,
  });
  const statuses = `${api}/statuses/${pull.headSha}`;
  const issue = `${api}/issues/${pull.number}`;
  const links = {
    self: url,
    html: web,
    issue,
    comments: `${issue}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses,
  };
  return {
    id: pull.id,
    node_id: nodeId("PullRequest", pull.id),
    number: pull.number,
    url,
    html_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    issue_url: issue,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: statuses,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: userJson(world, apiUrl, pull.author),
    body: pull.body,
    labels: [],
    milestone: null,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: end(head, pull.headBranch, pull.headSha),
    base: end(base, pull.baseBranch, pull.baseSha),
    _links: Object.fromEntries(Object.entries(links).map(([rel, href]) => [rel, { href }])),
    author_association: "MEMBER",
    auto_merge: null,
    draft: pull.draft,
  };
}

/** `pull-request`: asked for by itself, with what only the commits tell. */
export async function fullPullJson(ask: Ask, pull: Pull): Promise<Record<string, unknown>> {
  const content = ask.world.repos.get(pull.headRepoId)?.content;
  const files = (await content?.changes(pull.baseSha, pull.headSha).catch(() => [])) ?? [];
  const commits = (await content?.between(pull.baseSha, pull.headSha).catch(() => [])) ?? [];
  return {
    ...pullJson(ask, pull),
    merged: pull.mergedAt !== null,
    mergeable: true,
    rebaseable: true,
    mergeable_state: "clean",
    merged_by: null,
    comments: 0,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: commits.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}
