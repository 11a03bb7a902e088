import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { campaignPaths } from "@universe-optimize/pipeline/campaign";
import { configJsonSchema, parseConfig } from "@universe-optimize/pipeline/config";
import type { Handler } from "../command.ts";
import { program } from "../output/program.ts";
import { MisuseError } from "../output/report-error.ts";
import { copyTemplates } from "./template-files.ts";

// contacts.jsonl holds people's addresses.
const IGNORED = `.env
.universe/
contacts.jsonl*
discovery/journal.jsonl*
forks/
results/
universe_optimize.db*
`;

export const init: Handler = async (args, io) => {
  const made = await initCampaign(String(args["directory"]), {
    ...(typeof args["name"] === "string" ? { name: args["name"] } : {}),
    agent: {
      kind: String(args["agent"]),
      ...(typeof args["command"] === "string" ? { command: args["command"] } : {}),
    },
  });
  if (io.json) io.out(`${JSON.stringify({ ok: true, campaign: made })}\n`);
  else io.out(nextActs(made));
  return 0;
};

function nextActs(made: string): string {
  const at = relative(process.cwd(), made);
  const there = at === "" ? "" : ` -C ${at}`;
  const acts = ["add --upstream PATH (or OWNER/NAME)", "doctor", "start"];
  return `${made} is a campaign now. Next:\n${acts.map((act) => `  ${program()} ${act}${there}\n`).join("")}`;
}

export interface InitOptions {
  readonly name?: string;
  readonly agent: { readonly kind: string; readonly command?: string };
  /** Further keys of the configuration. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Makes a campaign's files; changes nothing where one is already. Returns its folder. */
export async function initCampaign(directory: string, options: InitOptions): Promise<string> {
  const paths = campaignPaths(directory);
  if (existsSync(paths.config))
    throw new MisuseError(
      `${paths.config} exists already: nothing was changed. Name another folder, or edit the file.`,
    );
  if (options.agent.kind === "command" && options.agent.command === undefined)
    throw new MisuseError("--agent command needs --command, the command line that optimizes.");
  const config = {
    $schema: "./.universe/universe.config.schema.json",
    campaign: options.name ?? slug(basename(paths.root)),
    github: { organization: "our-org", provider: "local" },
    machines: { provider: "local", concurrency: 2 },
    agent: options.agent,
    ...options.extra,
  };
  const text = `${JSON.stringify(config, null, 2)}\n`;
  // The same check as for a file by hand, before anything is written.
  parseConfig(text, paths.config);
  await mkdir(paths.internal, { recursive: true });
  await copyTemplates(paths.templates);
  await writeFile(
    join(paths.internal, "universe.config.schema.json"),
    `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  );
  await writeNew(paths.projects, "[]\n");
  await writeNew(join(paths.root, ".gitignore"), IGNORED);
  await writeFile(paths.config, text);
  return paths.root;
}

async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

function slug(name: string): string {
  const made = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40);
  return made === "" ? "campaign" : made;
}
