import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Session } from "@universe-optimize/remote-session";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { quote, remoteOutput } from "../machine/remote-command.ts";
import { requireFork } from "../run/facts.ts";
import { appendMasked } from "../secrets/append-masked.ts";
import { addFindings, type SecretFinding } from "../secrets/finding.ts";
import { type SecretScanner, secretScanner } from "../secrets/scanner.ts";
import { secretNames } from "../campaign/secrets.ts";
import type { Services } from "../services.ts";
import type { StepContext } from "./step.ts";

/** What the agent leaves in ~/results and is fetched whole each time; the log goes by offset. */
const RESULT_FILES = [
  "summary.json",
  "results.tsv",
  "HANDOFF.md",
  "usage.json",
  "measurements.json",
  "benchmarks",
] as const;
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

/** Fetches what is new: result files whole, the log from where ours ends. Secrets are masked before anything lies in the results. */
export async function harvestFiles(
  context: StepContext,
  session: Session,
  final: boolean,
): Promise<readonly SecretFinding[]> {
  const { services, project, signal } = context;
  const { results, incoming } = projectPaths(services.paths, project.id);
  const scanner = harvestScanner(services);
  await rm(incoming, { recursive: true, force: true });
  const { files, refused } = await session.download({
    directory: "results",
    paths: RESULT_FILES,
    toDirectory: incoming,
    limits: { maxFileBytes: 16 * 1024 * 1024, maxTotalBytes: 256 * 1024 * 1024, maxFiles: 2000 },
    signal,
  });
  for (const { path, reason } of refused) context.progress(`not fetched: ${path}: ${reason}`);
  let findings: readonly SecretFinding[] = [];
  for (const { path } of files) {
    const arrived = join(incoming, path);
    const bytes = await readFile(arrived);
    const found = scanner.mask(bytes, path);
    if (found.length > 0) await writeFile(arrived, bytes);
    findings = addFindings(findings, found);
    const target = join(results, path);
    await mkdir(dirname(target), { recursive: true });
    await rename(arrived, target);
  }
  return addFindings(findings, await harvestLog(context, session, scanner, final));
}

/** Looks for every secret that this campaign could have sent to a machine. */
export function harvestScanner({ secrets, config }: Services): SecretScanner {
  return secretScanner(Object.values(secrets.pick(secretNames(secrets, config.agent.secrets))));
}

async function harvestLog(
  context: StepContext,
  session: Session,
  scanner: SecretScanner,
  final: boolean,
): Promise<readonly SecretFinding[]> {
  const { log } = projectPaths(context.services.paths, context.project.id);
  let findings: readonly SecretFinding[] = [];
  // Our own file's size is the offset: what is not on disk was not harvested.
  let offset = (await stat(log).catch(() => null))?.size ?? 0;
  for (;;) {
    const tail = await session.tail(REMOTE_LOG, offset, {
      maxBytes: LOG_PIECE_BYTES,
      signal: context.signal,
    });
    if (tail === null) return findings;
    if (tail.size < offset) {
      // The agent began its log anew; ours is kept beside it.
      await rename(log, `${log}.${Date.now()}`);
      offset = 0;
      continue;
    }
    const piece = final ? tail.data : wholeLines(tail.data);
    if (piece.length === 0) return findings;
    findings = addFindings(findings, await appendMasked(log, offset, piece, scanner, "claude_output.log"));
    offset += piece.length;
    if (offset >= tail.size) return findings;
  }
}

/** A line that is still being written comes whole the next time; one that is longer than a piece comes in parts. */
function wholeLines(data: Buffer): Buffer {
  const end = data.lastIndexOf(0x0a) + 1;
  return end === 0 && data.length >= LOG_PIECE_BYTES ? data : data.subarray(0, end);
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
    ? `[ -d project/.git ] && git -C project -c core.hooksPath=/dev/null push -q --receive-pack='git -c core.hooksPath=/dev/null receive-pack' "$PWD/origin.git" HEAD:${branch} >/dev/null 2>&1\n`
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
