import { readFile } from "node:fs/promises";
import { parseProof, type Proof } from "@universe-optimize/claim-prover";
import { projectPaths } from "../campaign/campaign-paths.ts";
import type { Services } from "../services.ts";

/**
 * The proof in a project's results, of `head` when that is given; null: there is none, or it is about another commit.
 *
 * @throws Error for a proof.json that is damaged
 */
export async function readProof(
  services: Pick<Services, "paths">,
  projectId: string,
  head?: string,
): Promise<Proof | null> {
  let text: string;
  try {
    text = await readFile(projectPaths(services.paths, projectId).proof, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  const proof = parseProof(JSON.parse(text));
  return head === undefined || proof.head === head ? proof : null;
}
