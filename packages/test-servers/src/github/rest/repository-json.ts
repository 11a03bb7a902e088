import { roleOf } from "../auth/access.ts";
import { type Actor, reaches } from "../auth/actor.ts";
import { hasObjects } from "../state/fork-phase.ts";
import { fullName, type Repository } from "../state/repository.ts";
import type { World } from "../state/world.ts";
import { licenseJson } from "./license-json.ts";
import { nodeId, userJson } from "./user-json.ts";

const links: Readonly<Record<string, string>> = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

/** A repository as lists and searches give it: `repository` of the OpenAPI description. */
export function repositoryJson(
  world: World,
  apiUrl: string,
  actor: Actor,
  repo: Repository,
): Record<string, unknown> {
  const name = fullName(repo);
  const url = `${apiUrl}/repos/${name}`;
  const forks = repo.parentId === null || !hasObjects(world.phase(repo)) ? world.forksOf(repo).length : 0;
  const host = new URL(world.serverUrl).host;
  return {
    id: repo.id,
    node_id: nodeId("Repository", repo.id),
    name: repo.name,
    full_name: name,
    owner: userJson(world, apiUrl, repo.owner),
    private: repo.private,
    html_url: `${world.serverUrl}/${name}`,
    description: repo.description,
    fork: repo.parentId !== null,
    url,
    ...Object.fromEntries(Object.entries(links).map(([key, path]) => [key, `${url}${path}`])),
    git_url: `git://${host}/${name}.git`,
    ssh_url: `git@${host}:${name}.git`,
    clone_url: `${world.serverUrl}/${name}.git`,
    svn_url: `${world.serverUrl}/${name}`,
    mirror_url: null,
    homepage: repo.homepage,
    language: repo.language,
    forks_count: forks,
    forks,
    stargazers_count: repo.stars,
    watchers_count: repo.stars,
    watchers: repo.stars,
    size: hasObjects(world.phase(repo)) ? repo.size : 0,
    default_branch: repo.defaultBranch,
    open_issues_count: repo.openIssues,
    open_issues: repo.openIssues,
    is_template: false,
    topics: [...repo.topics],
    has_issues: repo.parentId === null,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: repo.archived,
    disabled: repo.disabled,
    visibility: repo.private ? "private" : "public",
    pushed_at: repo.pushedAt,
    created_at: repo.createdAt,
    updated_at: repo.updatedAt,
    permissions: permissionsOf(world, actor, repo),
    allow_forking: repo.allowForking,
    web_commit_signoff_required: false,
    license: repo.license === null ? null : licenseJson(apiUrl, repo.license),
  };
}

/** A repository asked for by itself: `full-repository`, with `parent` and `source` of a fork. */
export function fullRepositoryJson(
  world: World,
  apiUrl: string,
  actor: Actor,
  repo: Repository,
): Record<string, unknown> {
  const related = (id: number | null): Record<string, unknown> | null => {
    const other = id === null ? undefined : world.repos.get(id);
    return other ? repositoryJson(world, apiUrl, actor, other) : null;
  };
  const organization = world.account(repo.owner)?.type === "Organization";
  const [parent, source] = [related(repo.parentId), related(repo.sourceId)];
  return {
    ...repositoryJson(world, apiUrl, actor, repo),
    network_count: world.forksOf(repo).length,
    subscribers_count: 0,
    ...(organization ? { organization: userJson(world, apiUrl, repo.owner) } : {}),
    ...(parent ? { parent } : {}),
    ...(source ? { source } : {}),
  };
}

function permissionsOf(world: World, actor: Actor, repo: Repository): Record<string, boolean> {
  const level = actor.kind === "user" ? roleOf(world, actor.login, repo) : undefined;
  const write = reaches(level, "write");
  return { admin: level === "admin", maintain: level === "admin", push: write, triage: write, pull: true };
}
