import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import type { ProjectLanguage } from "@universe-optimize/project-list";

const run = promisify(execFile);

/** What a repository on this computer tells of itself; null where it does not. */
export interface UpstreamFacts {
  readonly repo: string | null;
  readonly language: ProjectLanguage | null;
}

/** Looks at the repository's remote and at the names of its files; runs nothing of it. */
export async function inspectUpstream(path: string): Promise<UpstreamFacts> {
  const files = await trackedFiles(path);
  const remote = await git(path, ["config", "--get", "remote.origin.url"]);
  return { repo: repoOfUrl(remote ?? "") ?? repoOfPath(path), language: languageOf(files) };
}

/** Whether git finds a repository right there, bare or not. */
export async function isRepository(path: string): Promise<boolean> {
  return (await git(path, ["rev-parse", "--git-dir"])) !== null;
}

/** `owner/name` out of a git URL. */
export function repoOfUrl(url: string): string | null {
  const match = /[/:]([A-Za-z0-9][A-Za-z0-9-]*)\/([A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(url.trim());
  return match === null ? null : `${match[1]}/${match[2]}`;
}

function repoOfPath(path: string): string {
  const clean = (text: string, fallback: string): string =>
    text.replaceAll(/[^A-Za-z0-9-]+/g, "-").replaceAll(/^-+|-+$/g, "") || fallback;
  return `${clean(basename(dirname(path)), "local")}/${clean(basename(path).replace(/\.git$/, ""), "project")}`;
}

function languageOf(files: readonly string[]): ProjectLanguage | null {
  const names = new Set(files);
  if (["pyproject.toml", "setup.py", "setup.cfg"].some((name) => names.has(name))) return "python";
  if (["pom.xml", "build.gradle", "build.gradle.kts"].some((name) => names.has(name))) return "java";
  if (names.has("package.json")) return names.has("tsconfig.json") ? "typescript" : "javascript";
  return null;
}

/** Files at the top of HEAD. */
async function trackedFiles(path: string): Promise<string[]> {
  const listed = await git(path, ["ls-tree", "--name-only", "HEAD"]);
  return (listed ?? "").split("\n").filter((line) => line !== "");
}

async function git(path: string, args: readonly string[]): Promise<string | null> {
  if (!existsSync(path)) return null;
  const folder = existsSync(join(path, ".git")) ? join(path, ".git") : path;
  try {
    const { stdout } = await run("git", [`--git-dir=${folder}`, ...args], {
      env: { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
    });
    return stdout.trim();
  } catch {
    return null;
  }
}
