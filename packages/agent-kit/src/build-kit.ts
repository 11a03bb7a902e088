import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { AgentKitError } from "./agent-kit-error.ts";
import type { AgentFile } from "./agent-file.ts";
import { briefEnvironment } from "./brief-env.ts";
import { checkBrief, checkCloneUrl } from "./check-brief.ts";
import { demoAgentFiles } from "./demo-agent-files.ts";
import { hasCode } from "./has-code.ts";
import { pluginFiles } from "./plugin-files.ts";
import { renderInstructions } from "./render-instructions.ts";
import type { AgentSettings, MachineKit, RunBrief } from "./types.ts";
import { usesPlugin } from "./uses-plugin.ts";

export interface KitOptions {
  readonly agent: AgentSettings;
  /** Its `bootstrap.sh` and `optimization.md`, where they exist, replace the shipped ones. null: no campaign. */
  readonly campaignDirectory: string | null;
  /** Another file than the campaign's `bootstrap.sh`, relative to the campaign; it must exist. */
  readonly bootstrapFile?: string | null;
  /** Another file than the campaign's `optimization.md`, relative to the campaign; it must exist. */
  readonly instructionsFile?: string | null;
  /** `install` on machines of our own; `check` installs nothing and says what is missing. */
  readonly system: "install" | "check";
  /** What the machine clones without a credential; null: the bundle in `~/.universe/upload/repository.bundle`. */
  readonly cloneUrl: string | null;
  /** Author of the agent's commits; default "Universe Optimize <universe-optimize@example.com>". */
  readonly gitIdentity?: { readonly name: string; readonly email: string } | null;
  /** The machine measures claims: it needs Node 22.18 or newer, whatever the project's language. Default false. */
  readonly prover?: boolean;
  /** Version of the agent's program; default: the one that bootstrap.sh pins. */
  readonly agentVersion?: string | null;
  /** The same, for Claude Code only. */
  readonly claudeVersion?: string | null;
}

/**
 * Makes the files of `~/.universe/kit`: bootstrap.sh with its brief.env, the instructions as CLAUDE.md, brief.json, the
 * Codeflash plugin (Python with Claude Code only), or the demonstration agent. Nothing in them is secret. The same input gives the same `hash`.
 *
 * Throws AgentKitError: `brief_invalid`, `plugin_missing`, `plugin_invalid`, `file_missing`, `instructions_invalid`, `unknown_demo_project`.
 */
export async function buildKit(brief: RunBrief, options: KitOptions): Promise<MachineKit> {
  checkBrief(brief);
  if (options.cloneUrl !== null) checkCloneUrl(options.cloneUrl);
  const { agent } = options;
  const plugin = usesPlugin(brief, agent) ? await pluginFiles(agent.plugin) : [];
  const ownBootstrap = await campaignFile(options.campaignDirectory, options.bootstrapFile, "bootstrap.sh");
  const instructions = (await campaignFile(
    options.campaignDirectory,
    options.instructionsFile,
    "optimization.md",
  )) ?? {
    file: "optimization.md",
    text: await shipped("optimization.md"),
  };
  const files: AgentFile[] = [
    { path: "bootstrap.sh", content: await shipped("bootstrap.sh"), mode: 0o755 },
    { path: "prepare.sh", content: await shipped("prepare.sh") },
    ...(ownBootstrap === null
      ? []
      : [{ path: "campaign-bootstrap.sh", content: ownBootstrap.text, mode: 0o755 }]),
    {
      path: "brief.env",
      content: briefEnvironment(brief, {
        agent,
        system: options.system,
        cloneUrl: options.cloneUrl,
        customBootstrap: ownBootstrap !== null,
        prover: options.prover === true,
        gitIdentity: checkIdentity(options.gitIdentity ?? null),
        agentVersion: checkVersion(
          options.agentVersion ?? (agent.kind === "claude-code" ? (options.claudeVersion ?? null) : null),
        ),
      }),
    },
    { path: "brief.json", content: `${JSON.stringify(brief, null, 2)}\n` },
    {
      path: "CLAUDE.md",
      content: await renderInstructions(instructions, brief, plugin.length > 0),
    },
    ...(agent.kind === "demo" ? await demoAgentFiles(brief) : []),
    ...plugin,
  ];
  const hash = await hashFiles(files);
  // Last: bootstrap.sh takes a kit without it for an upload that broke off.
  return { files: [...files, { path: "hash", content: `${hash}\n` }], hash };
}

async function shipped(name: string): Promise<string> {
  return await readFile(fileURLToPath(new URL(`../kit/${name}`, import.meta.url)), "utf8");
}

async function campaignFile(
  directory: string | null,
  named: string | null | undefined,
  usual: string,
): Promise<{ readonly file: string; readonly text: string } | null> {
  if (directory === null && (named ?? null) === null) return null;
  const file = path.resolve(directory ?? ".", named ?? usual);
  try {
    return { file, text: await readFile(file, "utf8") };
  } catch (error) {
    if ((named ?? null) === null && hasCode(error, "ENOENT")) return null;
    throw new AgentKitError(
      "file_missing",
      `${file} cannot be read. Create it, or leave the setting out to use the shipped ${usual}.`,
      {
        cause: error,
      },
    );
  }
}

function checkIdentity(identity: { readonly name: string; readonly email: string } | null): typeof identity {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (identity !== null && /[<>\u0000-\u001f\u007f]/.test(identity.name + identity.email)) {
    throw new AgentKitError(
      "brief_invalid",
      "The git identity must not hold <, > or control characters. Correct its name and email.",
    );
  }
  return identity;
}

function checkVersion(version: string | null): string | null {
  if (version !== null && !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new AgentKitError(
      "brief_invalid",
      "The version of the agent must be three numbers, such as 2.1.330.",
    );
  }
  return version;
}

async function hashFiles(files: readonly AgentFile[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) {
    // oxlint-disable-next-line no-await-in-loop -- in order
    hash.update(`${file.path}\0${(file.mode ?? 0o644).toString(8)}\0${await digest(file.content)}\n`);
  }
  return hash.digest("hex").slice(0, 32);
}

async function digest(content: AgentFile["content"]): Promise<string> {
  const hash = createHash("sha256");
  if (typeof content === "string" || Buffer.isBuffer(content)) return hash.update(content).digest("hex");
  await pipeline(createReadStream(content.file), hash);
  return hash.digest("hex");
}
