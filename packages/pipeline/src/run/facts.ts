import { z } from "zod";
import type { NumbersBasis } from "@universe-optimize/email-context";
import type { Fork } from "@universe-optimize/github-fork";
import type { PolicyVerdict } from "@universe-optimize/github-fork/policy";
import type { RunRow } from "@universe-optimize/state-store";
import type { SecretFinding } from "../secrets/finding.ts";
import { PipelineError } from "../errors.ts";
import type { ProofPlace } from "../state/step-name.ts";

/** What the steps of a run learned, kept in the run's row so that any process can go on. */
export interface RunFacts {
  readonly fork?: Fork;
  /** What the upstream's own files say of contributions like ours, where they say anything. */
  readonly policy?: PolicyVerdict;
  /** URL of the run's branch for a person. */
  readonly branchUrl?: string;
  /** Name of the run's machine; the same for every attempt. */
  readonly machine?: string;
  /** Model of the agent, chosen at the run's beginning. */
  readonly model?: string;
  /** Commit of the branch that the harvested bundle ends at. */
  readonly harvestedSha?: string;
  /** When the token with which the machine pushes by itself is replaced (ISO 8601); absent: it has none. */
  readonly pushRenewAt?: string;
  /** Commit of the branch on the fork, once pushed and read back. */
  readonly pushedSha?: string;
  /** The branch on the fork that holds the verified commits alone; null: the run's own branch is offered. */
  readonly verifiedBranch?: {
    readonly sha: string;
    readonly url: string;
    /** How many it has, of how many on the run's branch. */
    readonly commits: number;
    readonly total: number;
  } | null;
  /** Why mails point to a branch that shows more than was verified; null: they do not. */
  readonly branchNote?: string | null;
  /** How often the agent was started: 1 and once more for every resume. Absent: not yet. */
  readonly agentStarts?: number;
  /** Seconds of the run before the session that goes on now: earlier sessions, and the pauses between them. */
  readonly secondsBefore?: number;
  /** Name of the variable that holds the agent's key. */
  readonly agentKey?: string;
  /** The agent is at a usage limit until then (ISO 8601). */
  readonly parkedUntil?: string | null;
  /** When it was parked (ISO 8601). */
  readonly parkedAt?: string;
  /** Seconds of the run at which the summary was first seen. */
  readonly summarySeenAtSeconds?: number;
  /** What the last look saw, so that the next one tells only news. */
  readonly lastSeen?: string;
  /** Seconds of the run at which `watch` last told something. */
  readonly lastSaidSeconds?: number;
  /** Exit status of the agent; it explains, and decides nothing. */
  readonly exitCode?: number;
  /** What the machine had too little of when the agent ended. */
  readonly exhausted?: "out_of_memory" | "disk_full";
  readonly stop?: { readonly code: string; readonly reason: string };
  /** Secrets that were found in what came back; until somebody releases them, nothing is pushed or drafted. */
  readonly findings?: readonly SecretFinding[];
  /** Where this run's claims are measured; absent: as the configuration says. */
  readonly proofOn?: ProofPlace;
  /** Name of the machine that measures, where it is not the run's own. */
  readonly proofMachine?: string;
  /** How often this run was proven: 1 for the first time. Tells jobs and machines of a repeated proof apart. */
  readonly proofRound?: number;
  /** Only this commit's claim is measured again; the others keep what they have. */
  readonly proofOf?: string | null;
  /** Where in the prover's log the next look begins. */
  readonly proofLogOffset?: number;
  /** Reasons of the gate where there is no draft. */
  readonly gate?: { readonly pass: boolean; readonly reasons: readonly string[] };
  /** Where the numbers of the context come from. */
  readonly basis?: NumbersBasis;
  /** There is no room for a machine until then (ISO 8601); null: there is, or nothing was asked. */
  readonly waitsForRoom?: { readonly until: string; readonly reason: string } | null;
  /** The provider took the run's machine back (spot). */
  readonly evicted?: boolean;
  /** A step waits for a person. */
  readonly blocked?: boolean;
}

const fork: z.ZodType<Fork> = z.object({
  repo: z.string(),
  forkRepo: z.string(),
  parent: z.string(),
  webUrl: z.string(),
  cloneUrl: z.string().nullable(),
  defaultBranch: z.string(),
  baseSha: z.string(),
});

const policy = z.object({
  kind: z.enum(["refuses", "restricts", "welcomes"]),
  topic: z.enum(["ai", "contributions"]),
  file: z.string(),
  line: z.number(),
  quote: z.string(),
});

const schema = z.looseObject({
  policy: policy.optional(),
  fork: fork.optional(),
  branchUrl: z.string().optional(),
  machine: z.string().optional(),
  model: z.string().optional(),
  harvestedSha: z.string().optional(),
  pushRenewAt: z.string().optional(),
  pushedSha: z.string().optional(),
  verifiedBranch: z
    .object({ sha: z.string(), url: z.string(), commits: z.number(), total: z.number() })
    .nullable()
    .optional(),
  branchNote: z.string().nullable().optional(),
  agentStarts: z.number().optional(),
  secondsBefore: z.number().optional(),
  agentKey: z.string().optional(),
  parkedAt: z.string().optional(),
  parkedUntil: z.string().nullable().optional(),
  summarySeenAtSeconds: z.number().optional(),
  lastSeen: z.string().optional(),
  lastSaidSeconds: z.number().optional(),
  exitCode: z.number().optional(),
  exhausted: z.enum(["out_of_memory", "disk_full"]).optional(),
  stop: z.object({ code: z.string(), reason: z.string() }).optional(),
  findings: z.array(z.object({ where: z.string(), kind: z.string(), count: z.number() })).optional(),
  proofOn: z.enum(["same", "fresh", "none"]).optional(),
  proofMachine: z.string().optional(),
  proofRound: z.number().optional(),
  proofOf: z.string().nullable().optional(),
  proofLogOffset: z.number().optional(),
  gate: z.object({ pass: z.boolean(), reasons: z.array(z.string()) }).optional(),
  basis: z.enum(["unproven", "proven"]).optional(),
  waitsForRoom: z.object({ until: z.string(), reason: z.string() }).nullable().optional(),
  evicted: z.boolean().optional(),
  blocked: z.boolean().optional(),
});

/** @throws PipelineError `damaged_facts` */
export function readFacts(run: Pick<RunRow, "id" | "facts_json">): RunFacts {
  try {
    return schema.parse(JSON.parse(run.facts_json)) as RunFacts;
  } catch (cause) {
    throw new PipelineError("damaged_facts", `run ${run.id}: its facts in the database cannot be read`, {
      cause,
    });
  }
}

export function writeFacts(facts: RunFacts): string {
  return JSON.stringify(facts);
}

/** The fork of a run that is past its first step. @throws PipelineError `damaged_facts` */
export function requireFork(facts: RunFacts, runId: string): Fork {
  if (facts.fork === undefined) throw new PipelineError("damaged_facts", `run ${runId}: no fork is recorded`);
  return facts.fork;
}

/** The machine's name of a run that is past provisioning. @throws PipelineError `damaged_facts` */
export function requireMachine(facts: RunFacts, runId: string): string {
  if (facts.machine === undefined)
    throw new PipelineError("damaged_facts", `run ${runId}: no machine is recorded`);
  return facts.machine;
}
