import { isAbsolute, resolve } from "node:path";
import type { ForkRequest } from "@universe-optimize/github-fork";
import { isUpstreamUrl, type Project } from "@universe-optimize/project-list";

/** What to fork: a relative path is one from the campaign's folder. */
export function forkRequest(project: Project, campaignRoot: string): ForkRequest {
  const { upstream } = project;
  return {
    repo: project.repo,
    upstream:
      upstream === null || isUpstreamUrl(upstream) || isAbsolute(upstream)
        ? upstream
        : resolve(campaignRoot, upstream),
  };
}

/** Where git finds a project's upstream: a URL or an absolute path. */
export function upstreamOf(project: Project, campaignRoot: string): string {
  return forkRequest(project, campaignRoot).upstream ?? upstreamUrl(project.repo);
}

/** Where a repository lies that names no upstream of its own: on GitHub, or on the server that the environment names. */
export function upstreamUrl(repo: string): string {
  const server = process.env["GITHUB_SERVER_URL"] ?? "https://github.com";
  return `${server.replace(/\/+$/, "")}/${repo}.git`;
}
