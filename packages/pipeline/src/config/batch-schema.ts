import { z } from "zod";
import type { BatchConfig } from "./batch-config.ts";

const share = (value: number): z.ZodDefault<z.ZodNumber> => z.number().min(0).max(1).default(value);
const minutes = (value: number): z.ZodDefault<z.ZodNumber> =>
  z
    .number()
    .positive()
    .max(60 * 24 * 7)
    .default(value);
const reruns = (value: number): z.ZodDefault<z.ZodInt> => z.int().min(0).max(10).default(value);
const limit = z.number().min(0).nullable().default(null);
const budget = z.strictObject({ agentUsd: limit, machineUsd: limit });

/** `batch`. */
export const batch: z.ZodType<BatchConfig, object> = z.strictObject({
  waves: z
    .strictObject({
      sizes: z
        .array(z.int().min(1).max(100_000))
        .max(20)
        .default([1, 10])
        .describe("Projects in the first wave, the second …; one more wave has all the rest."),
      minVerifiedShare: share(0.25).describe(
        "Of a wave's completed projects, those with a verified claim; not judged without proofs.",
      ),
      maxFailedShare: share(0.5).describe("Of a wave's projects that were not skipped, those that failed."),
    })
    .prefault({})
    .describe("Each wave is judged before the next one starts."),
  concurrency: z
    .strictObject({
      looks: z.int().min(1).max(1000).default(20).describe("Projects worked on at once in one process."),
      starts: z.int().min(1).max(1000).default(20).describe("Projects started at once."),
      regions: z
        .record(z.string().min(1), z.int().min(0).max(10_000))
        .default({})
        .describe("Machines alive at most in a region. machines.concurrency bounds them all."),
    })
    .prefault({}),
  budget: z
    .strictObject({ campaign: budget.prefault({}), project: budget.prefault({}) })
    .prefault({})
    .describe("In USD; nothing is started that could exceed it. null: no limit."),
  assume: z
    .strictObject({ agentUsdPerRun: limit, machineUsdPerHour: limit })
    .prefault({})
    .describe(
      "What a run may cost at most where it cannot be known; null: as the agent and the provider say.",
    ),
  breaker: z
    .strictObject({
      failures: z.int().min(1).max(1000).default(5),
      window: z.int().min(1).max(1000).default(20),
    })
    .prefault({})
    .describe("So many failures of one class among so many latest runs pause new starts."),
  rerun: z
    .strictObject({
      failed: reruns(1),
      timedOut: reruns(0),
      empty: reruns(0),
      skipped: reruns(0),
      lost: reruns(1),
      afterMinutes: z
        .number()
        .min(0)
        .max(60 * 24 * 7)
        .default(15),
    })
    .prefault({})
    .describe("How often a project is run again after each outcome."),
  keep: z
    .strictObject({
      hours: z
        .number()
        .min(0)
        .max(24 * 14)
        .default(0),
      machines: z.int().min(0).max(1000).default(1),
    })
    .prefault({})
    .describe("How long the machine of a failed run is kept for a person, and how many at once."),
  canary: z
    .boolean()
    .default(true)
    .describe("One project first after a change of kit, templates or agent settings."),
  notify: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .nullable()
        .default(null)
        .describe("Webhook; one that is a secret (Slack's) goes into UNIVERSE_WEBHOOK_URL instead."),
      retries: z.int().min(0).max(20).default(5),
      retrySeconds: z.number().positive().max(3600).default(2),
      timeoutSeconds: z.number().positive().max(120).default(10),
    })
    .prefault({}),
  sweep: z
    .strictObject({
      everyMinutes: minutes(15),
      graceMinutes: minutes(10),
      alarmMinutes: minutes(60).describe("Age of the last sweep that is an alarm."),
    })
    .prefault({}),
  progressAlarmMinutes: minutes(60).describe("A run that is due for this long without a look is an alarm."),
  tickSeconds: z.number().positive().max(300).default(2).describe("How often what others did is looked for."),
  shutdownSeconds: z.number().positive().max(3600).default(90),
  http: z
    .strictObject({
      host: z.string().min(1).default("127.0.0.1"),
      port: z.int().min(0).max(65535).nullable().default(9464),
    })
    .prefault({})
    .describe("/healthz and /metrics of `serve`; port null: none."),
});
