import { randomBytes } from "node:crypto";
import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { PARENT_KINDS, pathKind } from "../correctness/path-kinds.ts";
import { ProverError } from "../errors.ts";
import { git, runGit } from "../git/git.ts";
import type { Clone } from "../git/clone.ts";
import { lastWords } from "../run/clean-text.ts";
import type { Sandbox } from "../run/sandbox.ts";
import type { ProjectCommands } from "./find-commands.ts";

/** A built worktree. Every side's path has the same length, and none tells which side it is. */
export interface Side extends AsyncDisposable {
  readonly commit: string;
  /** What the sandbox shows; `root` lies in it. */
  readonly tree: string;
  readonly root: string;
  /** What its runs need in their environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface SidePlan {
  readonly commit: string;
  /** Whose tests, hooks, benchmarks and lock files are used. */
  readonly parent: string;
  /** A commit to take back first. */
  readonly without?: string;
}

/** The worktree could not be made because taking a commit back conflicts with later ones. */
export class RevertConflict extends Error {
  override readonly name = "RevertConflict";
}

/**
 * Makes a clean worktree, lays the parent's tests, hooks, benchmarks and lock files over it, and installs and builds it. Throws
 * `build` when that fails, `RevertConflict`, and the signal's reason.
 */
export async function makeSide(
  context: {
    readonly clone: Clone;
    readonly sandbox: Sandbox;
    readonly workDir: string;
    readonly commands: ProjectCommands;
    readonly buildMinutes: number;
    readonly signal?: AbortSignal | undefined;
  },
  plan: SidePlan,
): Promise<Side> {
  const { clone, sandbox, commands, signal } = context;
  const trees = join(context.workDir, "t");
  const share = join(context.workDir, "share");
  const tree = join(trees, randomBytes(4).toString("hex"));
  const root = join(tree, "r");
  const dispose = async (): Promise<void> => await rm(tree, { recursive: true, force: true, maxRetries: 3 });
  try {
    await mkdir(tree, { recursive: true });
    await mkdir(share, { recursive: true });
    await chmod(trees, 0o711);
    await chmod(tree, 0o755);
    await git(["clone", "-q", "--shared", "--no-checkout", clone.folder, root], { signal });
    await git(["checkout", "-q", "--detach", plan.commit], { cwd: root, signal, timeoutMs: 300_000 });
    if (plan.without !== undefined) await takeBack(root, plan.without, signal);
    await layOver(root, plan, signal);
    await sandbox.own(tree);
    await sandbox.own(share);
    const env = environment(tree, commands, sandbox.path);
    const run = async (command: string | null, network: boolean): Promise<void> => {
      if (command === null) return;
      const outcome = await sandbox.run(
        {
          command,
          tree,
          cwd: root,
          share,
          env: { ...env, ...caches(share) },
          writable: true,
          network,
          timeoutMs: context.buildMinutes * 60_000,
        },
        signal,
      );
      if (outcome.exitCode === 0 && !outcome.timedOut) return;
      throw new ProverError(
        "build",
        `${command} ${outcome.timedOut ? `took longer than ${context.buildMinutes} min` : `ended with ${outcome.exitCode}`}: ${lastWords(outcome.stderr || outcome.stdout)}`,
      );
    };
    await run(commands.install, true);
    await run(commands.build, true);
    // Read-only while measured, so Python's byte code is made now; files that do not compile are the tests' business.
    if (commands.language === "python")
      await run("python3 -m compileall -q . >/dev/null 2>&1 || true", false);
    await rm(join(root, ".git"), { recursive: true, force: true });
    return { commit: plan.commit, tree, root, env, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function takeBack(root: string, commit: string, signal: AbortSignal | undefined): Promise<void> {
  const { exitCode, stderr } = await runGit(["revert", "--no-commit", "--no-edit", commit], {
    cwd: root,
    signal,
  });
  if (exitCode !== 0) throw new RevertConflict(lastWords(stderr));
}

/** What decides is the parent's on both sides: files of these kinds are as they were before the change. */
async function layOver(root: string, plan: SidePlan, signal: AbortSignal | undefined): Promise<void> {
  if (plan.parent === plan.commit) return;
  const options = { cwd: root, signal };
  const names = await git(["diff", "--name-status", "--no-renames", "-z", plan.parent, plan.commit], options);
  const parts = names.split("\0");
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [status = "", path = ""] = parts.slice(i, i + 2);
    const kind = pathKind(path);
    if (kind === null || !PARENT_KINDS.has(kind)) continue;
    if (status === "A") await git(["rm", "-q", "-f", "--ignore-unmatch", "--", path], options);
    else await git(["checkout", "-q", plan.parent, "--", path], options);
  }
}

function environment(tree: string, commands: ProjectCommands, path: string): Record<string, string> {
  if (commands.language !== "python") return {};
  return commands.install === null
    ? { PYTHONPATH: `${join(tree, "r")}:${join(tree, "r/src")}` }
    : { VIRTUAL_ENV: join(tree, "v"), PATH: `${join(tree, "v/bin")}:${path}` };
}

/** Package managers keep what they have fetched between sides; what they keep is addressed by its content. */
export function caches(share: string): Record<string, string> {
  return {
    CI: "1",
    npm_config_cache: join(share, "npm"),
    npm_config_store_dir: join(share, "pnpm"),
    YARN_CACHE_FOLDER: join(share, "yarn"),
    PIP_CACHE_DIR: join(share, "pip"),
    GRADLE_USER_HOME: join(share, "gradle"),
    MAVEN_ARGS: `-Dmaven.repo.local=${join(share, "m2")}`,
  };
}
