import { execFile } from "node:child_process";
import { cp, mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { AgentKitError } from "./agent-kit-error.ts";
import type { DemoProject } from "./demo-projects.ts";
import { hasCode } from "./has-code.ts";

const execute = promisify(execFile);

/** Everything that a commit's id depends on is fixed here; nobody's git configuration counts. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Demo Author",
  GIT_AUTHOR_EMAIL: "author@example.com",
  GIT_AUTHOR_DATE: "2025-01-06T09:00:00Z",
  GIT_COMMITTER_NAME: "Demo Author",
  GIT_COMMITTER_EMAIL: "author@example.com",
  GIT_COMMITTER_DATE: "2025-01-06T09:00:00Z",
  GIT_DEFAULT_HASH: "sha1",
  LC_ALL: "C",
  TZ: "UTC",
};

/**
 * Makes a git repository from a demonstration project's files in `directory`, on branch main with one commit. The same
 * files give the same `head` every time. Where the repository is there already with that commit, nothing is changed.
 * Throws `demo_upstream_failed` when `directory` holds something else, or git fails.
 */
export async function writeDemoUpstream(
  project: DemoProject,
  directory: string,
  signal?: AbortSignal,
): Promise<{ readonly path: string; readonly head: string }> {
  const target = path.resolve(directory);
  const making = `${target}.new-${process.pid}`;
  const git = async (...words: string[]): Promise<string> => {
    const env = { PATH: process.env["PATH"] ?? "", ...ENVIRONMENT };
    const done = await execute("git", words, {
      cwd: making,
      env,
      ...(signal === undefined ? {} : { signal }),
    });
    return done.stdout.trim();
  };
  try {
    await rm(making, { recursive: true, force: true });
    await mkdir(making, { recursive: true });
    await git("init", "--quiet", "--template=", "--initial-branch=main");
    await git("config", "core.autocrlf", "false");
    await git("config", "core.fileMode", "false");
    await cp(project.directory, making, {
      recursive: true,
      filter: (source) => path.basename(source) !== "__pycache__",
    });
    // npm leaves files of this name out of a package.
    await rename(path.join(making, "_gitignore"), path.join(making, ".gitignore"));
    await git("add", "--all");
    await git("commit", "--quiet", "--no-gpg-sign", "-m", `Publish ${project.id}`);
    const head = await git("rev-parse", "HEAD");
    if (!(await isEmpty(target))) {
      if ((await headOf(target)) !== head) throw taken(target);
      return { path: target, head };
    }
    await rm(target, { recursive: true, force: true });
    await rename(making, target);
    return { path: target, head };
  } catch (error) {
    if (error instanceof AgentKitError || signal?.aborted === true) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AgentKitError(
      "demo_upstream_failed",
      `${target} cannot be made: ${reason.trim()}. Check that git is installed and the folder can be written.`,
      {
        cause: error,
      },
    );
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function isEmpty(directory: string): Promise<boolean> {
  try {
    return (await readdir(directory)).length === 0;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return true;
    throw error;
  }
}

async function headOf(directory: string): Promise<string | null> {
  try {
    const env = { PATH: process.env["PATH"] ?? "", ...ENVIRONMENT };
    const done = await execute(
      "git",
      ["--git-dir", path.join(directory, ".git"), "rev-parse", "refs/heads/main"],
      { env },
    );
    return done.stdout.trim();
  } catch {
    return null;
  }
}

function taken(directory: string): AgentKitError {
  return new AgentKitError(
    "demo_upstream_failed",
    `${directory} holds something else. Name an empty folder, or remove that one.`,
  );
}
