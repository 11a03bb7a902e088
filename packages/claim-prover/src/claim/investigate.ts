import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { compareTests } from "../correctness/compare-tests.ts";
import { judgeBenchmark } from "../guards/judge-benchmark.ts";
import { judgeCommand } from "../guards/judge-command.ts";
import { judgeDiff } from "../guards/judge-diff.ts";
import type { ClaimRequest } from "../request.ts";
import { findWorkload } from "../workload/workload.ts";
import { ablate } from "./ablate.ts";
import { checkDigestUse } from "./check-digest-use.ts";
import { compareWithBase } from "./compare-with-base.ts";
import { openSteps, type ClaimSteps } from "./claim-steps.ts";
import type { ProofContext } from "./context.ts";
import { checkEvidence } from "./evidence.ts";
import type { Findings } from "./findings.ts";
import { measureClaim } from "./measure-claim.ts";
import type { Ruling } from "./ruling.ts";

/**
 * All steps of one claim in their order: evidence, guards on the diff, workload, control, gain, other sizes, memory, tests, the second session, whether the digest
 * shows wrong results, ablation, the branch's base.
 * What it learns lies in `findings`, also when it throws. Null: everything held.
 */
export async function investigate(
  context: ProofContext,
  claim: ClaimRequest,
  earlier: readonly ClaimRequest[],
  findings: Findings,
  signal: AbortSignal,
): Promise<Ruling | null> {
  const evidence = await checkEvidence(context.clone, claim, earlier, signal);
  findings.commit = evidence.commit;
  if (!evidence.ok) return { reason: "evidence", explanation: evidence.explanation };
  for (const hit of judgeDiff(evidence.diff)) findings.guard(hit.code, hit.message, hit.where);

  const workload = await findWorkload(claim, context.request);
  if (typeof workload === "string") return { reason: "no_workload", explanation: workload };
  await using _ = workload;
  for (const hit of judgeCommand(workload.command)) findings.guard(hit.code, hit.message, hit.where);
  if (workload.bench !== null && claim.benchmark !== null) {
    const text = await readFile(join(workload.bench.folder, workload.bench.file), "utf8");
    for (const hit of judgeBenchmark(text, claim.benchmark.file))
      findings.guard(hit.code, hit.message, hit.where);
  }
  const { install, build, test } = context.commands;
  const commands = { benchmark: workload.command, install, build, test: test?.command ?? null };
  for (const [name, command] of Object.entries(commands))
    if (command !== null) findings.commands[name] = command;

  const steps = openSteps(context, claim, findings, workload, signal);
  steps.release();
  steps.say("evidence", "The commit is on the pushed branch and touches the claimed file.");
  const { commit, parent } = evidence;
  const ruling = await measureClaim(
    steps,
    { commit, parent },
    async (sides) => await checkTests(steps, sides),
  );
  if (ruling !== null) return ruling;
  const later =
    (await checkDigestUse(steps, parent)) ??
    (await ablate(steps, commit)) ??
    (await compareWithBase(steps, parent));
  steps.release();
  return later;
}

async function checkTests(
  steps: ClaimSteps,
  sides: Parameters<typeof compareTests>[1],
): Promise<Ruling | null> {
  const tests = await compareTests(steps.context, sides, steps.signal);
  steps.say("tests", tests.message);
  for (const hit of tests.guards) steps.findings.guard(hit.code, hit.message, hit.where);
  steps.release();
  if (tests.broken !== null) return { reason: "correctness", explanation: tests.broken };
  steps.findings.note(tests.message);
  return null;
}
