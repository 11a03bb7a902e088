import type { Config } from "../config/config.ts";
import type { ProofPlace } from "../state/step-name.ts";
import type { RunFacts } from "./facts.ts";

/** Where a run's claims are measured: as its facts say, which a repeated proof sets, else as the configuration says. */
export function proofPlace(config: Config, facts: RunFacts): ProofPlace {
  return facts.proofOn ?? config.proof.machine;
}
