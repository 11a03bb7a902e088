import { appendFile, mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Session } from "@universe-optimize/remote-session";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { quote, remoteOutput } from "../machine/remote-command.ts";
import { requireFork } from "../run/facts.ts";
import type { StepContext } from "./step.ts";

/** What the agent leaves in ~/results and is fetched whole each time; the log goes by offset. */
const RESULT_FILES = ["summary.json", "results.tsv", "HANDOFF.md", "usage.json", "benchmarks"] as const;
const REMOTE_LOG = "results/claude_output.log";
const LOG_PIECE_BYTES = 4 * 1024 * 1024;

/**
 * Makes the results folder ready for this run. Files of an earlier run move to `runs/<number>/`: nothing is lost, and
 * nothing of an earlier run can be taken for this one's.
 */
export async function startHarvest({ services, project, run }: StepContext): Promise<void> {
  const { results, runMarker } = projectPaths(services.paths, project.id);
  await mkdir(results, { recursive: true });
  await mkdir(dirname(runMarker), { recursive: true });
  const holder = await readFile(runMarker, "utf8").catch(() => null);
  if (holder === String(run.number)) return;
  const archive = join(results, "runs", holder ?? "0");
  const entries = (await readdir(results)).filter((name) => name !== "runs");
  if (entries.length > 0) await mkdir(archive, { recursive: true });
  for (const name of entries) await rename(join(results, name), join(archive, name));
  await writeFile(runMarker, String(run.number));
}

/** Fetches what is new: result files whole, the log from where ours ends. */
export async function harvestFiles(context: StepContext, session: Session): Promise<void> {
  const { services, project, signal } = context;
  const { results } = projectPaths(services.paths, project.id);
  const { refused } = await session.download({
    directory: "results",
    paths: RESULT_FILES,
    toDirectory: results,
    limits: { maxFileBytes: 16 * 1024 * 1024, maxTotalBytes: 256 * 1024 * 1024, maxFiles: 2000 },
    signal,
  });
  for (const { path, reason } of refused) context.progress(`not fetched: ${path}: ${reason}`);
  await harvestLog(context, session);
}

async function harvestLog(context: StepContext, session: Session): Promise<void> {
  const { log } = projectPaths(context.services.paths, context.project.id);
  // Our own file's size is the offset: what is not on disk was not harvested.
  let offset = (await stat(log).catch(() => null))?.size ?? 0;
  for (;;) {
    const piece = await session.tail(REMOTE_LOG, offset, {
      maxBytes: LOG_PIECE_BYTES,
      signal: context.signal,
    });
    if (piece === null) return;
    if (piece.size < offset) {
      // The agent began its log anew; ours is kept beside it.
      await rename(log, `${log}.${Date.now()}`);
      offset = 0;
      continue;
    }
    if (piece.data.length === 0) return;
    await appendFile(log, piece.data);
    offset = piece.nextOffset;
    if (offset >= piece.size) return;
  }
}

/**
 * Fetches the branch as a git bundle when it has moved. `final`: commits that the agent did not push are taken too.
 * Returns the commit that the local bundle ends at, or undefined while there is none.
 */
export async function harvestBranch(
  context: StepContext,
  session: Session,
  final: boolean,
): Promise<string | undefined> {
  const { services, project, run, facts, signal } = context;
  const { bundle } = projectPaths(services.paths, project.id);
  const branch = quote(`refs/heads/${services.config.run.branch}`);
  const { baseSha } = requireFork(facts, run.id);
  const rescue = final
    ? `[ -d project/.git ] && git -C project -c core.hooksPath=/dev/null push -q "$PWD/origin.git" HEAD:${branch} >/dev/null 2>&1\n`
    : "";
  const sha = (
    await remoteOutput(
      session,
      "reading the branch",
      `${rescue}git -C origin.git rev-parse -q --verify ${branch}^{commit} 2>/dev/null || :`,
      { signal },
    )
  ).trim();
  if (!/^[0-9a-f]{40}$/.test(sha) || sha === baseSha) return facts.harvestedSha;
  if (sha === facts.harvestedSha && (await stat(bundle).catch(() => null)) !== null) return sha;
  await remoteOutput(
    session,
    "bundling the branch",
    `mkdir -p .universe/harvest && git -C origin.git bundle create -q "$PWD/.universe/harvest/branch.bundle" ${branch} ^${baseSha}`,
    { timeoutMs: 300_000, signal },
  );
  const { files } = await session.download({
    directory: ".universe/harvest",
    paths: ["branch.bundle"],
    toDirectory: dirname(bundle),
    limits: { maxFileBytes: 512 * 1024 * 1024, maxTotalBytes: 512 * 1024 * 1024 },
    signal,
  });
  return files.length === 1 && files[0]?.truncated === false ? sha : facts.harvestedSha;
}
