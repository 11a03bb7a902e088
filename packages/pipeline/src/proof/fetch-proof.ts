import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Proof } from "@universe-optimize/claim-prover";
import { parseProof } from "@universe-optimize/claim-prover";
import type { Session } from "@universe-optimize/remote-session";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { PipelineError } from "../errors.ts";
import type { StepContext } from "../steps/step.ts";
import type { MeasuringRequest } from "./proof-request.ts";
import { proofFolder } from "./prover-job.ts";

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Fetches proof.json and holds it against what was asked for: it comes from a machine that ran a stranger's code, so it is
 * data like everything else from there.
 *
 * @throws PipelineError `proof_failed`
 */
export async function fetchProof(
  context: StepContext,
  session: Session,
  request: MeasuringRequest,
): Promise<Proof> {
  const { services, project, signal } = context;
  const incoming = join(projectPaths(services.paths, project.id).incoming, "proof");
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true });
  const { files } = await session.download({
    directory: `${proofFolder(context)}/out`,
    paths: ["proof.json"],
    toDirectory: incoming,
    limits: { maxFileBytes: MAX_BYTES, maxTotalBytes: MAX_BYTES, maxFiles: 1 },
    signal,
  });
  const fail = (message: string): PipelineError =>
    new PipelineError("proof_failed", `proof.json cannot be used: ${message}`, { projectId: project.id });
  if (files.length !== 1 || files[0]?.truncated !== false) throw fail("it is missing or too large");
  let proof: Proof;
  try {
    proof = parseProof(JSON.parse(await readFile(join(incoming, "proof.json"), "utf8")));
  } catch (cause) {
    throw fail(cause instanceof Error ? cause.message : String(cause));
  }
  if (proof.head !== request.head || proof.base !== request.base || proof.project !== request.project)
    throw fail("it is about another commit than the one that was pushed");
  const asked = new Map(request.claims.map((claim) => [claim.index, claim]));
  for (const claim of proof.claims)
    if (asked.get(claim.index)?.function !== claim.function)
      throw fail(`its claim ${claim.index} is none that was asked for`);
  await rm(incoming, { recursive: true, force: true });
  return proof;
}
