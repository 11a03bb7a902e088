import { countedGains } from "./cases/counted-gains.ts";
import { evidenceLies } from "./cases/evidence-lies.ts";
import { javascriptHacks } from "./cases/javascript-hacks.ts";
import { memoryClaims } from "./cases/memory-claims.ts";
import { pythonHacks } from "./cases/python-hacks.ts";
import { usualGains } from "./cases/usual-gains.ts";
import { sizeDependent, wrongResults } from "./cases/wrong-results.ts";
import type { LabelledClaim } from "./labelled-claim.ts";

/** The whole labelled set. Names are unique. */
export const LABELLED_CLAIMS: readonly LabelledClaim[] = [
  ...countedGains,
  ...usualGains,
  ...wrongResults,
  ...sizeDependent,
  ...pythonHacks,
  ...javascriptHacks,
  ...evidenceLies,
  ...memoryClaims,
];
