import type { ChangedFile, CommitFacts } from "../content/repo-content.ts";
import type { Ask } from "../http/answer.ts";
import { fullName, type Repository } from "../state/repository.ts";
import { nodeId } from "./user-json.ts";

/** `commit`: as lists of commits and branches give it. */
export function commitJson(ask: Ask, repo: Repository, commit: CommitFacts): Record<string, unknown> {
  const name = fullName(repo);
  const url = `${ask.apiUrl}/repos/${name}/commits/${commit.sha}`;
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${ask.apiUrl}/repos/${name}/git/trees/${commit.tree}` },
      url: `${ask.apiUrl}/repos/${name}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: {
        verified: false,
        reason: "unsigned",
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    url,
    html_url: `${ask.world.serverUrl}/${name}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    // An address belongs to no account here.
    author: null,
    committer: null,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${ask.apiUrl}/repos/${name}/commits/${sha}`,
      html_url: `${ask.world.serverUrl}/${name}/commit/${sha}`,
    })),
  };
}

/** `diff-entry`: a changed file. */
export function fileJson(
  ask: Ask,
  repo: Repository,
  sha: string,
  file: ChangedFile,
): Record<string, unknown> {
  const name = fullName(repo);
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${ask.world.serverUrl}/${name}/blob/${sha}/${path}`,
    raw_url: `${ask.world.serverUrl}/${name}/raw/${sha}/${path}`,
    contents_url: `${ask.apiUrl}/repos/${name}/contents/${path}?ref=${sha}`,
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}
