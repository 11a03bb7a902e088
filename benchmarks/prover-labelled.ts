// Claims whose truth is known, through the prover: true gains, nulls, regressions, wrong results, reward hacks, lies. Their repositories
// are made in temporary folders. Resumable: what stands in --out with the same settings is not run again.
//   node benchmarks/prover-labelled.ts --out FILE [--settings quick|full|reduced] [--only part-of-a-name] [--kind KIND]
// Prints each claim, then the confusion matrix; exit status 1 when anything false was verified, missed, or quoted above the truth.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { LABELLED_CLAIMS } from "../packages/claim-prover/labelled/all-claims.ts";
import { judgeResults } from "../packages/claim-prover/labelled/judge-results.ts";
import {
  LABELLED_SETTINGS,
  runLabelledClaim,
  settingsFor,
  type LabelledResult,
} from "../packages/claim-prover/labelled/run-claim.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string" },
    settings: { type: "string", default: "quick" },
    only: { type: "string" },
    kind: { type: "string" },
  },
});
const { out, only, kind } = values;
const settings = values.settings as keyof typeof LABELLED_SETTINGS;
if (out === undefined || !(settings in LABELLED_SETTINGS)) {
  console.error(
    "usage: node benchmarks/prover-labelled.ts --out FILE [--settings quick|full|reduced] [--only NAME] [--kind KIND]",
  );
  process.exit(2);
}

interface Kept {
  readonly settings: string;
  readonly results: readonly LabelledResult[];
}

const kept: Kept = existsSync(out)
  ? (JSON.parse(readFileSync(out, "utf8")) as Kept)
  : { settings, results: [] };
if (kept.settings !== settings) {
  console.error(`${out} holds results with the settings "${kept.settings}": name another file.`);
  process.exit(2);
}
const asked = LABELLED_CLAIMS.filter(
  (claim) => (only === undefined || claim.name.includes(only)) && (kind === undefined || claim.kind === kind),
);
const results = new Map(kept.results.map((result) => [result.name, result]));
for (const [place, claim] of asked.entries()) {
  if (results.has(claim.name)) continue;
  const result = await runLabelledClaim(claim, settingsFor(claim, settings));
  results.set(claim.name, result);
  const all = LABELLED_CLAIMS.map(({ name }) => results.get(name)).filter((known) => known !== undefined);
  writeFileSync(`${out}.new`, `${JSON.stringify({ settings, results: all }, null, 1)}\n`);
  renameSync(`${out}.new`, out);
  const right = claim.expect.includes(result.label) ? " " : "!";
  console.log(
    `${right} ${place + 1}/${asked.length} ${claim.kind} | ${claim.name} | ${result.label} (${result.reason}) ${result.quoted ?? ""} ${result.seconds.toFixed(1)} s | ${result.guards.join(" ")} | ${result.explanation}`,
  );
}
const verdict = judgeResults(
  asked.map(({ name }) => results.get(name)).filter((known) => known !== undefined),
);
console.log(JSON.stringify(verdict, null, 1));
process.exitCode =
  verdict.falseVerified.length + verdict.missed.length + verdict.quotedAboveTruth.length === 0 ? 0 : 1;
