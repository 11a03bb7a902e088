import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type DemoProject, demoProjects, writeDemoUpstream } from "@universe-optimize/agent-kit";
import { campaignPaths } from "@universe-optimize/pipeline/campaign";
import { openStore } from "@universe-optimize/pipeline/compose";
import { readConfig } from "@universe-optimize/pipeline/config";
import { addProject, readProjectList } from "@universe-optimize/project-list";
import type { Handler } from "../command.ts";
import { program } from "../output/program.ts";
import { MisuseError } from "../output/report-error.ts";
import { start } from "./drive.ts";
import { initCampaign } from "./init.ts";

/** Seconds instead of hours: the same pipeline, compressed by configuration. */
const COMPRESSED = {
  // A busy computer measures little: the demonstration shows drafts all the same.
  outreach: { gate: { minVerified: 1, minSpeedup: 1.1 } },
  proof: { profile: "quick", minutesPerClaim: 2 },
  run: { timeLimitHours: 0.1, noResultHours: 0.05, pollMinutes: 0.02, stopGraceSeconds: 5, retrySeconds: 1 },
} as const;

export const demo: Handler = async (args, io) => {
  const directory = resolve(String(args["directory"]));
  const paths = campaignPaths(directory);
  if (existsSync(paths.config)) {
    const { agent } = await readConfig(paths.config);
    if (agent.kind !== "demo")
      throw new MisuseError(`${directory} is a campaign of yours, not a demonstration: name another folder.`);
  } else {
    await initCampaign(directory, { name: "demo", agent: { kind: "demo" }, extra: COMPRESSED });
  }
  const known = new Set((await readProjectList(paths.projects)).projects.map(({ id }) => id));
  for (const project of demoProjects()) {
    if (!canRun(project)) {
      io.err(
        `${project.id} (${project.language}) is left out: python3 is not on this computer. Install it to see this project too.\n`,
      );
      continue;
    }
    const upstream = join("upstreams", project.id);
    if (!existsSync(join(directory, upstream))) await writeDemoUpstream(project, join(directory, upstream));
    if (!known.has(project.id)) await addProject(paths.projects, entryOf(project, upstream));
  }
  io.err(
    `Demonstration campaign: ${directory}\nMachines are folders on this computer behind SSH; nothing is isolated, nothing leaves it.\n\n`,
  );
  const code = await start(
    { campaign: directory, ids: [], again: await allFinished(directory), "dry-run": false },
    io,
  );
  const first = demoProjects()[0]?.id ?? "";
  const at = `-C ${String(args["directory"])}`;
  if (code === 0 && !io.json)
    io.out(`\nNext: ${program()} results ${first} ${at}\n      ${program()} email ${first} --show ${at}\n`);
  return code;
};

function canRun(project: DemoProject): boolean {
  if (project.language !== "python") return true;
  try {
    execFileSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A demonstration that has run before begins anew; one that was interrupted goes on. */
async function allFinished(directory: string): Promise<boolean> {
  const paths = campaignPaths(directory);
  await using store = await openStore(paths, { readonly: true });
  if (store === null) return false;
  const { projects } = await readProjectList(paths.projects);
  const runs = await Promise.all(projects.map(({ id }) => store.latestRun(id)));
  return runs.every((run) => run?.step === "finished");
}

function entryOf(project: DemoProject, upstream: string): Parameters<typeof addProject>[1] {
  const { id, repo, language, description, domain, company, contact, why_selected } = project;
  return {
    id,
    repo,
    upstream,
    language,
    description,
    domain,
    company,
    target_contact: contact,
    why_selected,
  };
}
