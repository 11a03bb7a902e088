import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { PROVER_ENTRY, type ProveRequest, proverKit } from "@universe-optimize/claim-prover";
import type { Job, Session, UploadEntry } from "@universe-optimize/remote-session";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { quote, remoteOutput } from "../machine/remote-command.ts";
import { requireFork } from "../run/facts.ts";
import type { StepContext } from "../steps/step.ts";
import type { MeasuringRequest } from "./proof-request.ts";

/** Folder of a proof on the machine, relative to home. */
export function proofFolder({ facts }: Pick<StepContext, "facts">): string {
  return `.universe/proof-${facts.proofRound ?? 1}`;
}

/**
 * The job that measures: one that is running or done is found, one that broke off is started again and goes on with the claims
 * that are left. Everything that it needs is uploaded before, from outside: nothing of the agent's machine is used.
 */
export async function proverJob(
  context: StepContext,
  session: Session,
  request: MeasuringRequest,
): Promise<Job> {
  const folder = proofFolder(context);
  const round = context.facts.proofRound ?? 1;
  for (let number = 1; ; number++) {
    const name = `proof-${round}-${number}`;
    const job = session.job(name);
    const { state, exitCode } = await job.status(context.signal);
    if (state === "running" || state === "starting" || exitCode === 0) return job;
    // The first word of a failure is the step's; only what was killed is started again.
    if (state === "exited" && exitCode !== null && exitCode < 128 && number === attempts(context)) return job;
    if (state === "absent") {
      const main = await upload(context, session, request, folder);
      const words = [main, "prove", "--request", `${folder}/request.json`, "--out", `${folder}/out`];
      const command = startLine(words.map(quote).join(" "), context);
      return await session.startJob({ name, command, memoryLimitBytes: "most" }, context.signal);
    }
  }
}

/**
 * On a VM of our own the prover runs as root where it may: then it gives the repository's code another user, namespaces and no network, so that
 * nothing of that code can reach the prover. Everywhere it says in proof.json what it could not do.
 */
function startLine(words: string, { services }: StepContext): string {
  const plain = `exec node ${words}`;
  if (services.config.machines.provider !== "azure") return plain;
  return `if sudo -n true 2>/dev/null; then exec sudo -n "PATH=$PATH" "HOME=$HOME" node ${words}; fi\n${plain}`;
}

/** How many jobs a look may have seen end with an error of their own before it asks a person. */
function attempts({ run }: StepContext): number {
  return Math.max(1, run.attempt);
}

async function upload(
  context: StepContext,
  session: Session,
  request: MeasuringRequest,
  folder: string,
): Promise<string> {
  const { services, project, run, facts, signal } = context;
  const kit = await proverKit();
  await session.upload(
    kit.map(({ source, destination }) => ({ path: destination, content: { file: source } })),
    ".universe/prover",
    signal,
  );
  const benchmarks = await filesBelow(join(projectPaths(services.paths, project.id).results, "benchmarks"));
  const fork = requireFork(facts, run.id);
  const temporary = await mkdtemp(join(tmpdir(), "universe-proof-"));
  try {
    const bundle = join(temporary, "repository.bundle");
    await services.forks.bundle(fork, bundle, signal, services.config.run.branch);
    const home = session.home;
    const whole: ProveRequest = {
      ...request,
      repository: `${home}/${folder}/repository.bundle`,
      resultsFolder: `${home}/${folder}/results`,
      workDir: `${home}/${folder}/work`,
    };
    await remoteOutput(session, "making room for the proof", `mkdir -p ${quote(folder)}`, { signal });
    await session.upload(
      [
        { path: "repository.bundle", content: { file: bundle } },
        ...benchmarks.map((file): UploadEntry => ({ ...file, path: `results/benchmarks/${file.path}` })),
        { path: "request.json", content: JSON.stringify(whole) },
      ],
      folder,
      signal,
    );
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return `.universe/prover/${PROVER_ENTRY}`;
}

async function filesBelow(directory: string): Promise<UploadEntry[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return { path: relative(directory, file).split(sep).join("/"), content: { file } };
    });
}
