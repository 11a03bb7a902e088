import { refusal } from "../auth/access.ts";
import type { Ask } from "../http/answer.ts";
import { licenseJson } from "../rest/license-json.ts";
import { nodeId } from "../rest/user-json.ts";
import type { CommitFacts } from "../content/repo-content.ts";
import { hasObjects } from "../state/fork-phase.ts";
import type { Pull } from "../state/pull.ts";
import { fullName, type Repository } from "../state/repository.ts";
import { connection } from "./connection.ts";
import { type Args, FieldError, type Node, type Result } from "./execute.ts";

/** A user or an organization. */
export function ownerNode({ world }: Ask, login: string): Node {
  const account = world.account(login);
  const type = account?.type ?? "Bot";
  const shared = {
    login: account?.login ?? login,
    id: nodeId(type, account?.id ?? login),
    url: `${world.serverUrl}/${login}`,
  };
  const profile = {
    name: account?.name ?? null,
    email: account?.email ?? null,
    location: account?.location ?? null,
    websiteUrl: account?.blog ?? null,
    databaseId: account?.id ?? null,
  };
  const own =
    type === "Organization"
      ? { ...profile, description: account?.description ?? null, isVerified: account?.verified ?? false }
      : { ...profile, company: account?.company ?? null, bio: account?.description ?? null };
  return {
    type,
    kinds: ["Actor", "RepositoryOwner"],
    fields: type === "Bot" ? shared : { ...shared, ...own },
  };
}

/** The repository of a name, if it may be seen. */
export function repositoryOf(ask: Ask, owner: unknown, name: unknown): Node {
  const { world, actor } = ask;
  const wanted = `${String(owner)}/${String(name)}`;
  const repo = world.repo(wanted);
  if (!repo || world.phase(repo) === "hidden" || refusal(world, actor, repo, "metadata", "read"))
    throw new FieldError("NOT_FOUND", `Could not resolve to a Repository with the name '${wanted}'.`);
  return repositoryNode(ask, repo);
}

export function repositoryNode(ask: Ask, repo: Repository): Node {
  const { world, apiUrl } = ask;
  const parent = repo.parentId === null ? undefined : world.repos.get(repo.parentId);
  const license = repo.license === null ? null : licenseJson(apiUrl, repo.license);
  const head = async (): Promise<string | null> =>
    hasObjects(world.phase(repo)) ? await repo.content.resolve("HEAD") : null;
  return {
    type: "Repository",
    kinds: ["Node"],
    fields: {
      id: nodeId("Repository", repo.id),
      databaseId: repo.id,
      name: repo.name,
      nameWithOwner: fullName(repo),
      url: `${world.serverUrl}/${fullName(repo)}`,
      owner: () => ownerNode(ask, repo.owner),
      description: repo.description,
      homepageUrl: repo.homepage,
      stargazerCount: repo.stars,
      forkCount: () => world.forksOf(repo).length,
      diskUsage: repo.size,
      isArchived: repo.archived,
      isDisabled: repo.disabled,
      isPrivate: repo.private,
      isFork: repo.parentId !== null,
      isEmpty: async () => (await head()) === null,
      createdAt: repo.createdAt,
      pushedAt: repo.pushedAt,
      updatedAt: repo.updatedAt,
      primaryLanguage: repo.language === null ? null : { type: "Language", fields: { name: repo.language } },
      licenseInfo: license && {
        type: "License",
        fields: {
          key: String(license["key"]),
          name: String(license["name"]),
          spdxId: String(license["spdx_id"]),
        },
      },
      parent: () => (parent ? repositoryNode(ask, parent) : null),
      repositoryTopics: (args) => {
        const topics = repo.topics.map((name): Node => {
          const topic: Node = { type: "Topic", fields: { name } };
          return { type: "RepositoryTopic", fields: { topic } };
        });
        return connection("RepositoryTopicConnection", topics, args);
      },
      pullRequests: (args) => {
        const states = args["states"] === undefined ? null : [args["states"]].flat();
        const own = world.pulls.filter(
          (pull) => pull.repoId === repo.id && (states?.includes(stateOf(pull)) ?? true),
        );
        return connection(
          "PullRequestConnection",
          own.map((pull) => pullNode(ask, pull)),
          args,
        );
      },
      defaultBranchRef: async () => {
        const sha = await head();
        return sha === null ? null : refNode(ask, repo, repo.defaultBranch, sha);
      },
      ref: async ({ qualifiedName }) => {
        const name = String(qualifiedName).replace(/^refs\/heads\//, "");
        const sha = (await repo.content.refs()).get(`refs/heads/${name}`);
        return sha === undefined ? null : refNode(ask, repo, name, sha);
      },
      object: ({ expression }) => objectNode(ask, repo, String(expression)),
    },
  };
}

const refNode = (ask: Ask, repo: Repository, name: string, sha: string): Node => ({
  type: "Ref",
  fields: {
    name,
    prefix: "refs/heads/",
    target: async () => commitNode(ask, repo, await repo.content.commit(sha)),
  },
});

function commitNode(ask: Ask, repo: Repository, commit: CommitFacts): Node {
  return {
    type: "Commit",
    kinds: ["GitObject"],
    fields: {
      oid: commit.sha,
      message: commit.message,
      messageHeadline: commit.message.split("\n")[0] ?? "",
      committedDate: commit.committer.date,
      authoredDate: commit.author.date,
      history: (args) => historyNode(ask, repo, commit.sha, args),
    },
  };
}

async function historyNode(ask: Ask, repo: Repository, sha: string, args: Args): Promise<Node> {
  const since = typeof args["since"] === "string" ? args["since"] : undefined;
  const commits = await repo.content.log(sha, { skip: 0, limit: 1_000, since });
  return connection(
    "CommitHistoryConnection",
    commits.map((commit) => commitNode(ask, repo, commit)),
    args,
  );
}

/** `HEAD:path` or `branch:path`: a file, a folder or nothing. */
async function objectNode(ask: Ask, repo: Repository, expression: string): Promise<Result> {
  const [revision = "", path] = expression.split(":", 2);
  const commit = hasObjects(ask.world.phase(repo)) ? await repo.content.resolve(revision) : null;
  if (commit === null) return null;
  if (path === undefined) return commitNode(ask, repo, await repo.content.commit(commit));
  const entry = path === "" ? null : await repo.content.entry(commit, path);
  if (entry?.type === "blob") {
    const bytes = await repo.content.blob(entry.sha);
    const binary = bytes.includes(0);
    const text = binary ? null : bytes.toString("utf8");
    return {
      type: "Blob",
      kinds: ["GitObject"],
      fields: { oid: entry.sha, byteSize: bytes.length, isBinary: binary, isTruncated: false, text },
    };
  }
  if (path !== "" && entry === null) return null;
  const entries = (await repo.content.tree(path === "" ? commit : `${commit}:${path}`, false)) ?? [];
  return {
    type: "Tree",
    kinds: ["GitObject"],
    fields: {
      entries: entries.map((one): Node => ({
        type: "TreeEntry",
        fields: {
          name: one.path,
          type: one.type,
          path: path === "" ? one.path : `${path}/${one.path}`,
          object: () => objectNode(ask, repo, `${revision}:${path === "" ? "" : `${path}/`}${one.path}`),
        },
      })),
    },
  };
}

const stateOf = (pull: Pull): string => (pull.mergedAt ? "MERGED" : pull.state.toUpperCase());

export function pullNode(ask: Ask, pull: Pull): Node {
  const { world } = ask;
  const repo = world.repos.get(pull.repoId);
  const content = world.repos.get(pull.headRepoId)?.content;
  const files = async (): Promise<{ additions: number; deletions: number }[]> =>
    (await content?.changes(pull.baseSha, pull.headSha)) ?? [];
  return {
    type: "PullRequest",
    kinds: ["Node"],
    fields: {
      id: nodeId("PullRequest", pull.id),
      databaseId: pull.id,
      number: pull.number,
      title: pull.title,
      body: pull.body ?? "",
      bodyText: pull.body ?? "",
      url: `${world.serverUrl}/${repo ? fullName(repo) : "ghost/gone"}/pull/${pull.number}`,
      state: stateOf(pull),
      isDraft: pull.draft,
      merged: pull.mergedAt !== null,
      createdAt: pull.createdAt,
      updatedAt: pull.updatedAt,
      closedAt: pull.closedAt,
      mergedAt: pull.mergedAt,
      headRefName: pull.headBranch,
      headRefOid: pull.headSha,
      baseRefName: pull.baseBranch,
      author: () => ownerNode(ask, pull.author),
      repository: () => (repo ? repositoryNode(ask, repo) : null),
      additions: async () => (await files()).reduce((sum, file) => sum + file.additions, 0),
      deletions: async () => (await files()).reduce((sum, file) => sum + file.deletions, 0),
      changedFiles: async () => (await files()).length,
    },
  };
}
