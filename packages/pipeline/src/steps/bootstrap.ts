import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildKit } from "@universe-optimize/agent-kit";
import type { Job, JobStatus, Session } from "@universe-optimize/remote-session";
import { PipelineError } from "../errors.ts";
import type { MachinePurpose } from "../machine/machine-request.ts";
import { openSession } from "../machine/open-session.ts";
import { remoteOutput } from "../machine/remote-command.ts";
import { printable } from "../printable.ts";
import { requireFork } from "../run/facts.ts";
import { agentSettings, runBrief } from "./run-brief.ts";
import type { Step, StepContext } from "./step.ts";

const POLL_MS = 300;
/** bootstrap.sh's exit status for "this machine will never do" (EX_UNAVAILABLE): a missing tool, say. */
const EXIT_UNAVAILABLE = 69;

export const bootstrapStep: Step = {
  name: "bootstrap",
  async execute(context) {
    const session = await openSession(context);
    await bootstrapMachine(context, session, "agent");
    return { kind: "succeeded" };
  },
};

/**
 * Makes a machine ready: uploads the kit and follows bootstrap.sh to its end. Done again it costs a look.
 *
 * @throws PipelineError `bootstrap_failed`
 */
export async function bootstrapMachine(
  context: StepContext,
  session: Session,
  purpose: MachinePurpose,
): Promise<void> {
  const hash = await uploadKit(context, session, purpose);
  const job = await startBootstrap(session, hash, context.signal);
  const status = await follow(context, session, job);
  if (status.exitCode !== 0) throw await failure(context, session, job, status);
}

async function uploadKit(context: StepContext, session: Session, purpose: MachinePurpose): Promise<string> {
  const { services, facts, run, signal } = context;
  const fork = requireFork(facts, run.id);
  const settings = agentSettings(context);
  const kit = await buildKit(runBrief(context), {
    // A machine that only measures has no agent.
    agent: purpose === "agent" ? settings : { ...settings, kind: "command", command: "exit 1", plugin: null },
    prover: purpose === "proof",
    campaignDirectory: services.paths.root,
    system: services.systemInstall,
    cloneUrl: fork.cloneUrl,
  });
  const uploaded = await session.tail(".universe/kit.hash", 0, { signal });
  if (uploaded?.data.toString() === kit.hash) return kit.hash;
  // What an earlier kit left there must not be taken for a part of this one.
  await remoteOutput(session, "clearing the kit", "rm -rf .universe/kit .universe/kit.hash", { signal });
  await session.upload(kit.files, ".universe/kit", signal);
  if (fork.cloneUrl === null) {
    const folder = await mkdtemp(join(tmpdir(), "universe-bundle-"));
    try {
      const file = join(folder, "repository.bundle");
      await services.forks.bundle(fork, file, signal);
      await session.upload([{ path: "repository.bundle", content: { file } }], ".universe/upload", signal);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  // Last, so that a half-made upload is made again.
  await session.upload([{ path: "kit.hash", content: kit.hash }], ".universe", signal);
  return kit.hash;
}

/** One bootstrap at a time: one that an earlier process started is followed, one that failed is started again. */
async function startBootstrap(session: Session, hash: string, signal: AbortSignal): Promise<Job> {
  for (let number = 1; ; number++) {
    const name = `bootstrap-${hash.slice(0, 8)}-${number}`;
    const job = session.job(name);
    const { state, exitCode } = await job.status(signal);
    if (state === "absent")
      return await session.startJob({ name, command: "exec sh .universe/kit/bootstrap.sh" }, signal);
    if (state === "running" || state === "starting" || exitCode === 0) return job;
  }
}

async function follow(context: StepContext, session: Session, job: Job): Promise<JobStatus> {
  const { services, signal } = context;
  let offset = 0;
  let rest = "";
  for (;;) {
    const status = await job.status(signal);
    const piece = await session.tail(job.logFile, offset, { signal });
    if (piece !== null && piece.data.length > 0) {
      offset = piece.nextOffset;
      const lines = (rest + piece.data.toString("utf8")).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines)
        if (line.startsWith("universe: ")) context.progress(printable(line.slice(10)));
    }
    if (status.state !== "running" && status.state !== "starting") return status;
    if ((status.elapsedSeconds ?? 0) > services.config.run.bootstrapMinutes * 60) {
      await job.stop({ graceMs: 5000, signal });
      throw new PipelineError(
        "bootstrap_failed",
        `bootstrap took longer than ${services.config.run.bootstrapMinutes} min`,
        {
          projectId: context.project.id,
          retryable: true,
        },
      );
    }
    await services.clock.sleep(POLL_MS, signal);
  }
}

async function failure(
  context: StepContext,
  session: Session,
  job: Job,
  status: JobStatus,
): Promise<PipelineError> {
  const from = Math.max(0, status.logBytes - 4096);
  const tail = await session.tail(job.logFile, from, { signal: context.signal });
  const lines = printable(tail?.data.toString("utf8") ?? "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const said = lines.slice(-3).join(" / ");
  return new PipelineError(
    "bootstrap_failed",
    `bootstrap.sh ended with exit status ${status.exitCode ?? "unknown"}: ${said}`,
    {
      projectId: context.project.id,
      retryable: status.exitCode !== EXIT_UNAVAILABLE,
    },
  );
}
