import type { TreeEntry } from "../content/repo-content.ts";
import { type Answer, type Ask, Refused } from "../http/answer.ts";
import type { Route } from "../http/router.ts";
import { hasObjects } from "../state/fork-phase.ts";
import { fullName, type Repository } from "../state/repository.ts";
import { findRepository } from "./find-repository.ts";
import { licenseJson } from "./license-json.ts";

export const communityRoutes: readonly Route[] = [
  { method: "GET", template: "/repos/{owner}/{repo}/community/profile", handler: profile },
  { method: "GET", template: "/repos/{owner}/{repo}/license", handler: license },
];

const folders = ["", ".github/", "docs/"];

/** All files of the repository, by lower-case path. */
async function filesOf(ask: Ask, repo: Repository): Promise<Map<string, TreeEntry>> {
  const head = hasObjects(ask.world.phase(repo)) ? await repo.content.resolve("HEAD") : null;
  const entries = head === null ? [] : ((await repo.content.tree(head, true)) ?? []);
  return new Map(entries.map((entry) => [entry.path.toLowerCase(), entry]));
}

async function profile(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask);
  // GitHub keeps this for repositories that are no forks.
  if (repo.parentId !== null) throw new Refused(404, "Not Found");
  const files = await filesOf(ask, repo);
  const find = (...names: string[]): { url: string; html_url: string } | null => {
    const path = folders
      .flatMap((folder) => names.map((name) => `${folder}${name}`))
      .find((name) => files.has(name));
    const entry = path === undefined ? undefined : files.get(path);
    if (!entry) return null;
    return {
      url: `${ask.apiUrl}/repos/${fullName(repo)}/contents/${entry.path}`,
      html_url: `${ask.world.serverUrl}/${fullName(repo)}/blob/${repo.defaultBranch}/${entry.path}`,
    };
  };
  const conduct = find("code_of_conduct.md");
  const contributing = find("contributing.md", "contributing", "contributing.rst");
  const issueTemplate = find("issue_template.md");
  const pullTemplate = find("pull_request_template.md");
  const readme = find("readme.md", "readme", "readme.rst");
  const licence = repo.license === null ? null : licenseJson(ask.apiUrl, repo.license);
  const parts = [conduct, contributing, issueTemplate, pullTemplate, readme, licence];
  const web = `${ask.world.serverUrl}/${fullName(repo)}`;
  return {
    status: 200,
    body: {
      health_percentage: Math.round((parts.filter((part) => part !== null).length / parts.length) * 100),
      description: repo.description,
      documentation: null,
      files: {
        code_of_conduct: conduct && { ...conduct, key: "other", name: "Other" },
        code_of_conduct_file: conduct,
        contributing,
        issue_template: issueTemplate,
        pull_request_template: pullTemplate,
        readme,
        license: licence && { ...licence, html_url: `${web}/blob/${repo.defaultBranch}/LICENSE` },
      },
      updated_at: repo.updatedAt,
    },
  };
}

async function license(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask);
  const files = await filesOf(ask, repo);
  const entry = ["license", "license.md", "license.txt", "copying"].flatMap(
    (name) => files.get(name) ?? [],
  )[0];
  if (repo.license === null || !entry) throw new Refused(404, "Not Found");
  const content = await repo.content.blob(entry.sha);
  const url = `${ask.apiUrl}/repos/${fullName(repo)}/contents/${entry.path}?ref=${repo.defaultBranch}`;
  const html = `${ask.world.serverUrl}/${fullName(repo)}/blob/${repo.defaultBranch}/${entry.path}`;
  const gitUrl = `${ask.apiUrl}/repos/${fullName(repo)}/git/blobs/${entry.sha}`;
  return {
    status: 200,
    body: {
      name: entry.path,
      path: entry.path,
      sha: entry.sha,
      size: content.length,
      url,
      html_url: html,
      git_url: gitUrl,
      download_url: `${ask.world.serverUrl}/${fullName(repo)}/raw/${repo.defaultBranch}/${entry.path}`,
      type: "file",
      content: content.toString("base64"),
      encoding: "base64",
      _links: { self: url, git: gitUrl, html },
      license: licenseJson(ask.apiUrl, repo.license),
    },
  };
}
