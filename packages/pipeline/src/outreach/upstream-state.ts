import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Project } from "@universe-optimize/project-list";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { upstreamOf } from "../campaign/upstream.ts";
import { errorFacts } from "../errors.ts";
import { plainGit } from "../git/plain-git.ts";
import type { RunFacts } from "../run/facts.ts";
import type { Services } from "../services.ts";

/** Whether the branch can still be offered; null: nobody could look. */
export interface UpstreamState {
  /** The upstream's default branch is not where the run began. */
  readonly moved: boolean | null;
  /** The branch merges into it without a conflict. */
  readonly appliesCleanly: boolean | null;
}

const UNKNOWN: UpstreamState = { moved: null, appliesCleanly: null };
/** How long an answer about the same two commits holds: for good, but the memory is no archive. */
const KEPT_MS = 30 * 24 * 3_600_000;

/**
 * Asks the upstream where it is now and, when it has moved, tries whether the branch still merges. Without access nothing is
 * known, which is no reason to believe either.
 */
export async function upstreamState(
  services: Pick<Services, "paths" | "store" | "clock">,
  project: Project,
  facts: RunFacts,
  signal: AbortSignal,
): Promise<UpstreamState> {
  const { fork, pushedSha } = facts;
  if (fork === undefined || pushedSha === undefined) return UNKNOWN;
  const upstream = upstreamOf(project, services.paths.root);
  let now: string;
  try {
    const [line = ""] = (
      await plainGit(["ls-remote", "--", upstream, `refs/heads/${fork.defaultBranch}`], signal)
    ).split("\n");
    now = line.slice(0, 40);
  } catch (error) {
    if (errorFacts(error).code !== "git_failed") throw error;
    return UNKNOWN;
  }
  if (!/^[0-9a-f]{40}$/.test(now)) return UNKNOWN;
  if (now === fork.baseSha) return { moved: false, appliesCleanly: true };
  const key = `upstream/${now}/${pushedSha}`;
  const known = await services.store.recall(key);
  if (typeof known === "boolean") return { moved: true, appliesCleanly: known };
  const applies = await mergesCleanly(services, project, { upstream, now, pushedSha }, signal);
  if (applies !== null)
    await services.store.remember(key, applies, new Date(services.clock.now().getTime() + KEPT_MS));
  return { moved: true, appliesCleanly: applies };
}

async function mergesCleanly(
  services: Pick<Services, "paths">,
  project: Project,
  {
    upstream,
    now,
    pushedSha,
  }: { readonly upstream: string; readonly now: string; readonly pushedSha: string },
  signal: AbortSignal,
): Promise<boolean | null> {
  const folder = await mkdtemp(join(tmpdir(), "universe-upstream-"));
  const clone = join(folder, "upstream.git");
  try {
    await plainGit(["clone", "--bare", "--quiet", "--template=", "--", upstream, clone], signal);
    const { bundle } = projectPaths(services.paths, project.id);
    // The harvested bundle lacks what the base has; the upstream's history has it, unless that was rewritten.
    await plainGit(
      ["-C", clone, "fetch", "--quiet", "--no-tags", "--", bundle, "refs/heads/*:refs/universe/*"],
      signal,
    );
    await plainGit(["-C", clone, "cat-file", "-e", `${pushedSha}^{commit}`], signal);
    await plainGit(["-C", clone, "merge-tree", "--write-tree", now, pushedSha], signal);
    return true;
  } catch (error) {
    const { code } = errorFacts(error);
    if (code !== "git_failed") throw error;
    // merge-tree says 1 for a conflict; everything else is a failure to look.
    const { exitCode, message } = error as Error & { exitCode: number | null };
    return exitCode === 1 && message.startsWith("git merge-tree") ? false : null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
