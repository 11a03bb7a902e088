import { open } from "node:fs/promises";
import { costProbe, parseCostProbe } from "@universe-optimize/agent-kit";
import type { Session } from "@universe-optimize/remote-session";
import { readResults } from "@universe-optimize/results-parser";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { errorFacts } from "../errors.ts";
import { openSession } from "../machine/open-session.ts";
import { addFindings, describeFindings, type SecretFinding } from "../secrets/finding.ts";
import { printable } from "../printable.ts";
import { withClaims } from "../state/check-claims.ts";
import { verdictOf } from "../state/verdict.ts";
import { checkAgainstFork, claimChanges } from "./claim-changes.ts";
import { harvestBranch, harvestFiles, startHarvest } from "./harvest.ts";
import { agentJobName } from "./agent-session.ts";
import { endMachinePush, lookAtMachinePush } from "./machine-push.ts";
import { agentSettings, runBrief } from "./run-brief.ts";
import { publish } from "./publish.ts";
import type { Step, StepContext } from "./step.ts";

const LEFTOVER_GRACE_MS = 5000;

export const collectStep: Step = {
  name: "collect",
  async execute(context) {
    const { services, project, run, facts, signal, progress } = context;
    const paths = projectPaths(services.paths, project.id);
    await startHarvest(context);
    const harvest = await lastHarvest(context);
    const harvestedSha = harvest.sha ?? facts.harvestedSha;
    const found = addFindings(facts.findings ?? [], harvest.findings);
    const seen = await lookAtMachinePush(context, harvestedSha);
    const publication = harvestedSha === undefined ? null : await publish(context, harvestedSha, found);
    const findings = publication?.kind === "held" ? publication.findings : found;
    if (findings.length > 0) progress(`held back: ${describeFindings(findings)}`);
    const notes = [...(seen?.notes ?? [])];
    if (findings.length > 0 && seen !== null && seen.sha !== null)
      notes.push(
        `the machine pushed ${services.config.run.branch} by itself: it is on the fork already. Change what leaked, and delete the branch there`,
      );
    for (const note of notes) progress(note);

    const results = await readResults(paths.results, { signal });
    for (const issue of results.issues)
      progress(`${issue.file}${issue.line === null ? "" : `:${issue.line}`}: ${issue.message}`);
    const pushed = publication?.kind === "pushed";
    // While the branch is held back, its claims are checked later: by `contextualize`, once it is out.
    const checked =
      publication?.kind === "held"
        ? { accepted: results.optimizations, refused: [] }
        : await checkAgainstFork(context, results);
    for (const { claim, reason } of checked.refused)
      progress(`not counted: ${claim.function || "a claim"}: ${reason}`);
    const verdict = verdictOf(withClaims(results, checked.accepted), {
      hasBranch: pushed || publication?.kind === "held",
      branchProblem: publication?.kind === "unusable" ? publication.reason : null,
      refusedClaims: checked.refused.length,
      exitCode: facts.exitCode ?? null,
      exhausted: facts.exhausted ?? null,
      lastWords: await lastWords(paths.log),
      stopReason: facts.stop?.reason ?? run.reason,
    });
    const count = checked.accepted.length;
    progress(
      `${verdict.outcome}: ${count} optimization${count === 1 ? "" : "s"}${verdict.reason === null ? "" : ` (${verdict.reason})`}`,
    );
    const cost = greater(results.transcript?.costUsd ?? null, harvest.costUsd);
    const lost = harvest.gone && verdict.outcome === "failed";
    return {
      kind: "succeeded",
      outcome: lost ? "stopped" : verdict.outcome,
      ...(verdict.reason === null ? {} : { reason: verdict.reason }),
      facts: {
        ...(harvestedSha === undefined ? {} : { harvestedSha }),
        ...(pushed ? { pushedSha: publication.sha } : {}),
        ...(findings.length === 0 ? {} : { findings }),
        ...(harvest.evicted ? { evicted: true } : {}),
      },
      changes: {
        ...claimChanges(results, checked),
        events: notes.map((message) => ({ kind: "push.noted", message })),
        ...(cost === null
          ? {}
          : { costs: [{ kind: "agent", source: "agent", usd: cost, basis: "measured" }] }),
      },
    };
  },
};

interface LastHarvest {
  readonly sha: string | undefined;
  readonly gone: boolean;
  /** The provider took it back. */
  readonly evicted: boolean;
  readonly findings: readonly SecretFinding[];
  /** What the agent itself noted of its cost; null: nothing. */
  readonly costUsd: number | null;
}

/** The machine may be gone, or may never have run the agent: then what was harvested before is what there is. */
async function lastHarvest(context: StepContext): Promise<LastHarvest> {
  try {
    const session = await openSession(context);
    // The agent has ended; what it left running must not write while its results are read.
    await session
      .job(agentJobName(context.facts))
      .stop({ graceMs: LEFTOVER_GRACE_MS, signal: context.signal });
    const findings = await harvestFiles(context, session, true);
    const sha = await harvestBranch(context, session, true);
    await endMachinePush(context, session);
    return {
      sha,
      gone: false,
      evicted: false,
      findings,
      costUsd: await probedCost(context, session),
    };
  } catch (error) {
    const { code, message } = errorFacts(error);
    if (code !== "machine_gone" && code !== "machine_evicted") throw error;
    context.progress(`${message}; going on with what was harvested before`);
    return { sha: undefined, gone: true, evicted: code === "machine_evicted", findings: [], costUsd: null };
  }
}

/** The last line of the agent's log; null: it said nothing. */
async function lastWords(log: string): Promise<string | null> {
  try {
    await using file = await open(log, "r");
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, 4096));
    await file.read(bytes, 0, bytes.length, size - bytes.length);
    const lines = printable(bytes.toString("utf8")).split("\n");
    return lines.findLast((line) => line.trim() !== "")?.trim() ?? null;
  } catch {
    return null;
  }
}

/** An agent that was stopped has no result line in its log; its own notes have the figure. Both are cumulative. */
async function probedCost(context: StepContext, session: Session): Promise<number | null> {
  const probe = costProbe(runBrief(context), agentSettings(context));
  if (probe === null) return null;
  const { stdout } = await session.exec(probe, { signal: context.signal });
  return parseCostProbe(stdout);
}

function greater(one: number | null, other: number | null): number | null {
  return one === null || (other !== null && other > one) ? other : one;
}
