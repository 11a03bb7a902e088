import { readResults } from "@universe-optimize/results-parser";
import type { Job, JobStatus, Session } from "@universe-optimize/remote-session";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { PipelineError } from "../errors.ts";
import { openSession } from "../machine/open-session.ts";
import { printable } from "../printable.ts";
import { fetchProof } from "./fetch-proof.ts";
import { keepProof } from "./keep-proof.ts";
import { proofChanges } from "./proof-changes.ts";
import { countLabels, describeCounts } from "./proof-words.ts";
import { proofRequest } from "./proof-request.ts";
import { proverJob } from "./prover-job.ts";
import { proofPlace } from "../run/proof-place.ts";
import { nextProofLookMs, proofLimitSeconds } from "../state/proof-pace.ts";
import { bootstrapMachine } from "../steps/bootstrap.ts";
import type { StepContext, StepReport } from "../steps/step.ts";

const PIECE_BYTES = 256 * 1024;

/**
 * Measures every claim again. The prover is a job on the machine, so a killed orchestrator finds it running or done; each call looks
 * once and says when to look again.
 */
export async function measure(context: StepContext): Promise<StepReport> {
  const { services, project, facts, signal, progress } = context;
  if (facts.pushedSha === undefined) {
    progress("nothing is proven: the branch is not on the fork yet");
    return { kind: "succeeded" };
  }
  const results = await readResults(projectPaths(services.paths, project.id).results, { signal });
  const request = proofRequest(context, results, await services.store.decisions(project.id));
  if (request.claims.length === 0) {
    progress("there is no claim to prove");
    return { kind: "succeeded" };
  }
  const own = proofPlace(services.config, facts) === "fresh";
  const session = await openSession(context, own ? "proof" : "agent");
  // The agent's machine is ready; one of the proof's own is made so, before the first look.
  if (own && facts.proofLogOffset === undefined) await bootstrapMachine(context, session, "proof");
  const job = await proverJob(context, session, request);
  const status = await job.status(signal);
  const offset = await tellNews(context, session, job);
  if (status.state === "running" || status.state === "starting") {
    const elapsed = status.elapsedSeconds ?? 0;
    if (elapsed > proofLimitSeconds(request.claims.length, services.config.proof)) {
      // A machine of the proof's own goes right away, with all that runs there.
      if (!own) await job.stop({ graceMs: 5000, signal });
      throw new PipelineError("proof_failed", `the proof took longer than ${Math.round(elapsed / 60)} min`, {
        projectId: project.id,
      });
    }
    return {
      kind: "again",
      afterMs: nextProofLookMs(elapsed, services.config.run.pollMinutes),
      facts: { proofLogOffset: offset },
    };
  }
  if (status.exitCode !== 0) throw await failure(context, session, job, status);
  return await finish(context, session, request);
}

async function finish(
  context: StepContext,
  session: Session,
  request: ReturnType<typeof proofRequest>,
): Promise<StepReport> {
  const measured = await fetchProof(context, session, request);
  const proof = await keepProof(context, measured);
  context.progress(describeCounts(countLabels(proof)));
  return { kind: "succeeded", changes: await proofChanges(context, proof) };
}

/** Shows what the prover said since the last look. Returns the log's offset up to which all is told. */
async function tellNews(context: StepContext, session: Session, job: Job): Promise<number> {
  const from = context.facts.proofLogOffset ?? 0;
  const piece = await session.tail(job.logFile, from, { maxBytes: PIECE_BYTES, signal: context.signal });
  const text = piece?.data.toString("utf8") ?? "";
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  for (const line of whole.split("\n")) {
    const message = messageOf(line);
    if (message !== null) context.progress(message);
  }
  return from + Buffer.byteLength(whole);
}

/** The prover prints a JSON object a line; whatever else comes is shown as it is. */
function messageOf(line: string): string | null {
  if (line.trim() === "") return null;
  try {
    const { message } = JSON.parse(line) as { message?: unknown };
    return typeof message === "string" ? printable(message).slice(0, 500) : null;
  } catch {
    return printable(line).slice(0, 500);
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
  const lines = (tail?.data.toString("utf8") ?? "").split("\n").flatMap((line) => messageOf(line) ?? []);
  return new PipelineError(
    "proof_failed",
    `the prover ended with exit status ${status.exitCode ?? "unknown"}: ${lines.slice(-2).join(" / ")}`,
    // A prover that was killed goes on with the claims that are left.
    { projectId: context.project.id, retryable: status.exitCode === null || status.exitCode >= 128 },
  );
}
