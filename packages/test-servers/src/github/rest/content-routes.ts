import type { TreeEntry } from "../content/repo-content.ts";
import { type Answer, type Ask, Refused } from "../http/answer.ts";
import type { Route } from "../http/router.ts";
import { hasObjects } from "../state/fork-phase.ts";
import { fullName, type Repository } from "../state/repository.ts";
import { findRepository, requireCommits } from "./find-repository.ts";

export const contentRoutes: readonly Route[] = [
  { method: "GET", template: "/repos/{owner}/{repo}/contents/{path}", handler: getContents },
  { method: "GET", template: "/repos/{owner}/{repo}/readme", handler: readme },
  { method: "GET", template: "/repos/{owner}/{repo}/git/trees/{tree_sha}", handler: getTree },
  { method: "GET", template: "/repos/{owner}/{repo}/git/blobs/{file_sha}", handler: getBlob },
];

/** Beyond this, contents come without their text (GitHub: 1 MB). */
const largestInline = 1_000_000;

async function commitOf(ask: Ask, repo: Repository): Promise<string> {
  if (!hasObjects(ask.world.phase(repo))) throw new Refused(404, "This repository is empty.");
  const ref = ask.query.get("ref") ?? repo.defaultBranch;
  const sha = await repo.content.resolve(ref);
  if (sha === null && (await repo.content.resolve("HEAD")) === null)
    throw new Refused(404, "This repository is empty.");
  if (sha === null) throw new Refused(404, `No commit found for the ref ${ref}`);
  return sha;
}

async function getContents(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "contents");
  const commit = await commitOf(ask, repo);
  const path = (ask.params["path"] ?? "").replace(/^\/+|\/+$/g, "");
  const entry = path === "" ? null : await repo.content.entry(commit, path);
  if (path !== "" && entry === null) throw new Refused(404, "Not Found");
  if (entry?.type === "blob") return await fileAnswer(ask, repo, entry);
  const entries = (await repo.content.tree(path === "" ? commit : `${commit}:${path}`, false)) ?? [];
  const prefix = path === "" ? "" : `${path}/`;
  return {
    status: 200,
    body: entries.map((one) => entryJson(ask, repo, { ...one, path: `${prefix}${one.path}` })),
  };
}

async function fileAnswer(ask: Ask, repo: Repository, entry: TreeEntry): Promise<Answer> {
  const content = await repo.content.blob(entry.sha);
  if (/application\/vnd\.github(\.v3)?\.raw/.test(ask.accept))
    return {
      status: 200,
      body: content,
      headers: { "content-type": "application/vnd.github.raw; charset=utf-8" },
    };
  const inline = content.length <= largestInline;
  return {
    status: 200,
    body: {
      ...entryJson(ask, repo, entry),
      // Base64 in lines of 60 characters, as GitHub sends it.
      content: inline ? content.toString("base64").replaceAll(/(.{60})/g, "$1\n") : "",
      encoding: inline ? "base64" : "none",
    },
  };
}

function entryJson(ask: Ask, repo: Repository, entry: TreeEntry): Record<string, unknown> {
  const name = fullName(repo);
  const path = entry.path.split("/").map(encodeURIComponent).join("/");
  const ref = ask.query.get("ref") ?? repo.defaultBranch;
  const url = `${ask.apiUrl}/repos/${name}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const directory = entry.type === "tree";
  const gitUrl = `${ask.apiUrl}/repos/${name}/git/${directory ? "trees" : "blobs"}/${entry.sha}`;
  const html = `${ask.world.serverUrl}/${name}/${directory ? "tree" : "blob"}/${ref}/${path}`;
  return {
    type: directory ? "dir" : entry.type === "commit" ? "submodule" : "file",
    size: entry.size ?? 0,
    name: entry.path.slice(entry.path.lastIndexOf("/") + 1),
    path: entry.path,
    sha: entry.sha,
    url,
    git_url: gitUrl,
    html_url: html,
    download_url: directory ? null : `${ask.world.serverUrl}/${name}/raw/${ref}/${path}`,
    _links: { self: url, git: gitUrl, html },
  };
}

async function readme(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "contents");
  const commit = await commitOf(ask, repo);
  const found = ((await repo.content.tree(commit, false)) ?? []).find((one) =>
    /^readme(\.\w+)?$/i.test(one.path),
  );
  if (found?.type !== "blob") throw new Refused(404, "Not Found");
  return await fileAnswer(ask, repo, found);
}

/** More entries than this are cut off, and the answer says so. */
const mostEntries = 100_000;

async function getTree(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "contents");
  await requireCommits(ask, repo);
  const asked = ask.params["tree_sha"] ?? "";
  const treeish = (await repo.content.resolve(asked)) ?? asked;
  const tree = /^[0-9a-f]{40}$/.test(treeish)
    ? await repo.content.tree(treeish, ask.query.has("recursive"))
    : null;
  if (tree === null) throw new Refused(404, "Not Found");
  const api = `${ask.apiUrl}/repos/${fullName(repo)}/git`;
  return {
    status: 200,
    body: {
      sha: treeish,
      url: `${api}/trees/${treeish}`,
      tree: tree.slice(0, mostEntries).map(({ path, mode, type, sha, size }) => ({
        path,
        mode,
        type,
        sha,
        ...(size === null ? {} : { size }),
        url: `${api}/${type === "tree" ? "trees" : "blobs"}/${sha}`,
      })),
      truncated: tree.length > mostEntries,
    },
  };
}

async function getBlob(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "contents");
  const sha = ask.params["file_sha"] ?? "";
  if (!/^[0-9a-f]{40}$/.test(sha))
    throw new Refused(422, "The sha parameter must be exactly 40 characters and contain only [0-9a-f].");
  const content = await repo.content.blob(sha);
  const url = `${ask.apiUrl}/repos/${fullName(repo)}/git/blobs/${sha}`;
  return {
    status: 200,
    body: {
      content: content.toString("base64"),
      encoding: "base64",
      url,
      sha,
      size: content.length,
      node_id: sha,
    },
  };
}
