import { rename, writeFile } from "node:fs/promises";
import type { Proof } from "@universe-optimize/claim-prover";
import { reportHtml } from "@universe-optimize/claim-prover/report";
import { projectPaths } from "../campaign/campaign-paths.ts";
import type { StepContext } from "../steps/step.ts";
import { readProof } from "./read-proof.ts";

/**
 * Writes proof.json and its report into the results. A proof of one claim takes the place of that claim's earlier one; the
 * others stay, as long as they are about the same commit.
 */
export async function keepProof(
  { services, project, facts }: Pick<StepContext, "services" | "project" | "facts">,
  measured: Proof,
): Promise<Proof> {
  const before =
    (facts.proofOf ?? null) === null ? null : await readProof(services, project.id, measured.head);
  const proof = before === null ? measured : merge(before, measured);
  const paths = projectPaths(services.paths, project.id);
  await replace(paths.proof, `${JSON.stringify(proof, null, 1)}\n`);
  await replace(paths.proofReport, reportHtml(proof));
  return proof;
}

function merge(before: Proof, measured: Proof): Proof {
  const again = new Map(measured.claims.map((claim) => [claim.index, claim]));
  return {
    ...measured,
    reduced: before.reduced || measured.reduced,
    startedAt: before.startedAt,
    product: before.product ?? measured.product,
    claims: [
      ...before.claims.map((claim) => again.get(claim.index) ?? claim),
      ...measured.claims.filter(({ index }) => !before.claims.some((claim) => claim.index === index)),
    ].toSorted((a, b) => a.index - b.index),
  };
}

async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
}
