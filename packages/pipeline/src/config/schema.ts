import { z } from "zod";
import { azure } from "./azure-schema.ts";
import { batch } from "./batch-schema.ts";
import type { Config } from "./config.ts";
import { outreach } from "./outreach-schema.ts";

const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;
const BRANCH = /^(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)))[A-Za-z0-9][A-Za-z0-9._/-]{0,99}(?<![/.])$/;

const hours = (value: number): z.ZodDefault<z.ZodNumber> =>
  z
    .number()
    .positive()
    .max(24 * 14)
    .default(value);
const minutes = (value: number): z.ZodDefault<z.ZodNumber> =>
  z
    .number()
    .positive()
    .max(60 * 24)
    .default(value);
const seconds = (value: number): z.ZodDefault<z.ZodNumber> => z.number().positive().max(3600).default(value);

const host = z.strictObject({
  name: z.string().regex(NAME).describe("Name of the machine in this inventory."),
  host: z.string().min(1).describe("Host name or address."),
  port: z.int().min(1).max(65535).default(22),
  username: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/),
  hostKeys: z
    .array(z.string().regex(/^(ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/=]+$/))
    .min(1)
    .describe("Host keys in OpenSSH form, as `ssh-keyscan HOST` prints them after the host's name."),
  directory: z
    .string()
    .startsWith("/")
    .exactOptional()
    .describe("Folder on the host for runs; default ~/.universe-hosts."),
  authorizedKeysFile: z
    .string()
    .startsWith("/")
    .exactOptional()
    .describe("File that the host's sshd reads authorized keys from; default ~/.ssh/authorized_keys."),
});

const github = z.strictObject({
  organization: z
    .string()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/)
    .default("our-org")
    .describe("Organization that owns the forks; with provider `local`, the folder below forks/."),
  provider: z
    .enum(["local", "github"])
    .default("local")
    .describe("`local`: bare repositories in the campaign's forks/ folder. `github`: needs GITHUB_TOKEN."),
  organizationActions: z
    .enum(["leave", "off"])
    .default("leave")
    .describe(
      "`off`: switch the whole organization's Actions off before the first fork; for one that holds forks only.",
    ),
  push: z
    .enum(["orchestrator", "machine"])
    .default("orchestrator")
    .describe("Who pushes the branch. `machine` needs `app`, and puts a token of that one repository there."),
  app: z
    .strictObject({ id: z.string().regex(/^[A-Za-z0-9.]{1,64}$/), privateKeyFile: z.string().min(1) })
    .nullable()
    .default(null)
    .describe("GitHub App: its id, and the file of its private key relative to the campaign."),
});

const machines = z.strictObject({
  provider: z
    .enum(["local", "hosts", "azure"])
    .default("local")
    .describe(
      "`local`: folders on this computer behind SSH (no isolation). `hosts`: existing SSH machines. `azure`: VMs.",
    ),
  concurrency: z.int().min(1).max(1000).default(2).describe("Machines alive at the same time."),
  ttlHours: hours(24).describe("Age at which a machine is removed whatever it does."),
  hosts: z
    .strictObject({
      privateKeyFile: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe("Private key that may log in to the inventory; null: the campaign's own (.universe/ssh)."),
      inventory: z.array(host).default([]),
    })
    .prefault({}),
  azure: azure.prefault({}),
});

const agentShape = z.strictObject({
  kind: z.enum(["claude-code", "codex", "gemini", "command", "demo"]).default("claude-code"),
  model: z.string().min(1).default("opus").describe("Model alias or full id."),
  fallbackModel: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("Stronger model for the rerun of a stuck session."),
  maxTurns: z.int().min(1).default(400),
  maxBudgetUsd: z.number().positive().nullable().default(20),
  plugin: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("Folder of the Codeflash plugin (Python projects)."),
  command: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("For kind `command`: what to run in the project's folder."),
  keyConcurrency: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe(
      "Runs that share one of the agent's keys at the same time; further keys: ANTHROPIC_API_KEY_2 …",
    ),
  secrets: z
    .array(z.string().regex(/^[A-Z_][A-Z0-9_]{0,63}$/))
    .default([])
    .describe("Names of further environment variables that the agent needs; values stay out of this file."),
});

/** What two keys of `agent` must agree on. */
function checkAgent(agent: z.output<typeof agentShape>, context: z.RefinementCtx): void {
  if (agent.kind === "command" && agent.command === null)
    context.addIssue({
      code: "custom",
      path: ["command"],
      message: "kind 'command' needs the command line to run",
    });
  if ((agent.kind === "codex" || agent.kind === "gemini") && agent.model === "opus")
    context.addIssue({
      code: "custom",
      path: ["model"],
      message: `kind '${agent.kind}' needs the full id of a model of its own`,
    });
}

const agent = agentShape.superRefine(checkAgent);

const run = z.strictObject({
  branch: z.string().regex(BRANCH).default("codeflash/optimize"),
  verifiedBranch: z
    .string()
    .regex(BRANCH)
    .nullable()
    .default("codeflash/verified")
    .describe(
      "Branch on the fork for the verified commits alone, which mails point to where `branch` holds others too; null: none.",
    ),
  timeLimitHours: hours(8),
  noResultHours: hours(5),
  pollMinutes: minutes(10),
  overtimeMinutes: minutes(15),
  afterResultMinutes: minutes(15),
  maxResumes: z
    .int()
    .min(0)
    .max(100)
    .default(5)
    .describe("How often a session that was cut off is taken up again."),
  maxParkUsd: z
    .number()
    .min(0)
    .default(1)
    .describe("What a machine may cost while its agent waits for a usage limit."),
  rerunAfterEviction: z
    .boolean()
    .default(true)
    .describe("A run whose spot machine was taken back is followed by another, twice in a row at most."),
  stopGraceSeconds: seconds(60),
  bootstrapMinutes: minutes(30),
  retrySeconds: seconds(15),
});

const proof = z.strictObject({
  machine: z
    .enum(["fresh", "same", "none"])
    .exactOptional()
    .describe(
      "Where claims are measured again; default `fresh`, and `same` with local machines and hosts. `none`: nothing is proven, so nothing can be approved.",
    ),
  minutesPerClaim: minutes(15),
  sampleSeconds: z
    .number()
    .positive()
    .max(60)
    .nullable()
    .default(null)
    .describe("What one sample takes at least; null: as the profile says (full: 0.5)."),
  profile: z
    .enum(["full", "quick"])
    .default("full")
    .describe("`quick`: fewer samples, for demonstrations; every view says so."),
  testMinutes: minutes(10),
  commands: z
    .strictObject({
      install: z.string().min(1).nullable().default(null),
      build: z.string().min(1).nullable().default(null),
      test: z.string().min(1).nullable().default(null),
    })
    .prefault({})
    .describe("POSIX sh lines for repositories whose commands cannot be found."),
});

const fileSchema = z.strictObject({
  $schema: z.string().optional(),
  campaign: z.string().regex(NAME).describe("Name of the campaign: lower-case letters, digits and `-`."),
  github: github.prefault({}),
  machines: machines.prefault({}),
  agent: agent.prefault({}),
  run: run.prefault({}),
  proof: proof.prefault({}),
  outreach: outreach.prefault({}),
  batch: batch.prefault({}),
});

/** What keys of different sections must agree on. */
function checkSections(config: z.output<typeof fileSchema>, context: z.RefinementCtx): void {
  if (config.machines.provider === "azure" && config.machines.azure.subscriptionId === null)
    context.addIssue({
      code: "custom",
      path: ["machines", "azure", "subscriptionId"],
      message: "provider 'azure' needs the subscription's id: az account show --query id",
    });
  if (config.github.push === "machine" && config.github.app === null)
    context.addIssue({
      code: "custom",
      path: ["github", "app"],
      message: "push 'machine' needs a GitHub App: its token is limited to one repository",
    });
  if (config.github.push === "machine" && config.github.provider !== "github")
    context.addIssue({
      code: "custom",
      path: ["github", "push"],
      message: "push 'machine' needs provider 'github': a fork in a folder is pushed to by the orchestrator",
    });
  if (config.run.verifiedBranch === config.run.branch)
    context.addIssue({
      code: "custom",
      path: ["run", "verifiedBranch"],
      message: "is run.branch itself: name another branch, or null",
    });
}

/** The file as a person writes it: unknown keys are errors, nearly every key has a default. */
export const configSchema: z.ZodType<Config> = fileSchema
  .superRefine(checkSections)
  .transform(
    ({
      campaign,
      github: forks,
      machines: vms,
      agent: who,
      run: limits,
      proof: how,
      outreach: mails,
      batch: many,
    }) => ({
      campaign,
      github: forks,
      machines: vms,
      agent: who,
      run: limits,
      proof: { ...how, machine: how.machine ?? (vms.provider === "azure" ? "fresh" : "same") },
      outreach: mails,
      batch: many,
    }),
  );

/** JSON Schema (2020-12) of universe.config.json, for the editor's completion. */
export function configJsonSchema(): object {
  return {
    title: "universe.config.json",
    description: "Settings of a Universe Optimize campaign.",
    ...z.toJSONSchema(configSchema, { io: "input" }),
  };
}
