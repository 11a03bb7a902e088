import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { lastSweep } from "@universe-optimize/pipeline";
import { type Campaign, openCampaign } from "@universe-optimize/pipeline/compose";
import { errorFacts } from "@universe-optimize/pipeline/errors";
import { agentKeys } from "@universe-optimize/agent-kit";
import { checkVariables, readTemplates } from "@universe-optimize/email-renderer";
import { contextFields } from "@universe-optimize/email-context";
import { campaignPaths } from "@universe-optimize/pipeline/campaign";
import { isUpstreamUrl } from "@universe-optimize/project-list";
import { bad, type Check, good, note } from "./check.ts";

/** Everything that can be known of a campaign without spending anything. */
export async function campaignChecks(directory: string, signal: AbortSignal): Promise<Check[]> {
  const paths = campaignPaths(directory);
  if (!existsSync(paths.config))
    return [note("campaign", `${paths.root} is no campaign folder: only this computer was checked`)];
  let campaign: Campaign;
  try {
    campaign = await openCampaign(directory);
  } catch (error) {
    return [bad("campaign", errorFacts(error).message)];
  }
  await using open = campaign;
  return [
    good("campaign", `${open.services.config.campaign}, ${open.projects.length} projects`),
    ...(await templateChecks(paths.templates)),
    agentCheck(open),
    ...(await machineChecks(open, signal)),
    ...(await forkChecks(open, signal)),
    ...upstreamChecks(open),
    ...open.projects
      .filter((project) => project.target_contact?.email == null)
      .map((project) =>
        note(project.id, "no contact address yet: drafts will be made, but whom would they go to?"),
      ),
  ];
}

async function templateChecks(directory: string): Promise<Check[]> {
  try {
    const templates = await readTemplates(directory);
    for (const template of templates) checkVariables(template, contextFields);
    return [good("templates", `${templates.length} templates use known variables only`)];
  } catch (error) {
    return [bad("templates", errorFacts(error).message)];
  }
}

function agentCheck({ services }: Campaign): Check {
  const { agent } = services.config;
  switch (agent.kind) {
    case "demo":
      return good("agent", "the demonstration agent; it knows only the two demonstration projects");
    case "command":
      return agent.command === null
        ? bad("agent", "agent.command is missing: say what to run")
        : commandCheck(agent.command);
    case "claude-code":
    case "codex":
    case "gemini": {
      if (agent.plugin !== null && !existsSync(resolve(services.paths.root, agent.plugin)))
        return bad(
          "agent",
          `agent.plugin: ${resolve(services.paths.root, agent.plugin)} does not exist; correct the path or set it to null`,
        );
      const keys = agentKeys(agent.kind, services.secrets.names());
      return keys.length === 0
        ? bad(
            "agent",
            `no key for ${agent.kind} is in the environment or in .env; see 'Agents' in the README`,
          )
        : good(
            "agent",
            `${agent.kind}, model ${agent.model}, ${keys.length === 1 ? "key" : `${keys.length} keys`}: ${keys.map(({ name }) => name).join(", ")}`,
          );
    }
  }
}

/** Only what can be seen from here: a program that is named by an absolute path. */
function commandCheck(command: string): Check {
  const program = /^\s*(?:sh\s+|bash\s+|python3?\s+|node\s+)?['"]?(\/[^\s'"]+)/.exec(command)?.[1];
  if (program !== undefined && !existsSync(program))
    return bad("agent", `agent.command: ${program} does not exist on this computer`);
  return good("agent", command);
}

/** What the fork provider finds of itself: token, organization, Actions, limits. */
async function forkChecks({ services }: Campaign, signal: AbortSignal): Promise<Check[]> {
  const findings = (await services.forks.diagnose?.(signal)) ?? [];
  return findings.map(({ name, state, message }) => ({ name: `github ${name}`, state, message }));
}

/** Upstreams on this computer must be there. */
function upstreamChecks({ projects, services }: Campaign): Check[] {
  return projects.flatMap(({ id, upstream }) => {
    if (upstream === null || isUpstreamUrl(upstream)) return [];
    const path = resolve(services.paths.root, upstream);
    return existsSync(path)
      ? []
      : [bad(id, `its upstream ${path} does not exist: correct it in projects.json`)];
  });
}

async function machineChecks({ services }: Campaign, signal: AbortSignal): Promise<Check[]> {
  const isolation = note("machines", `${services.machines.kind}: ${services.machines.isolation}`);
  const found = await services.machines.diagnose?.(
    { machines: services.config.machines.concurrency },
    signal,
  );
  const checks = (found ?? []).map(({ name, state, message }) => ({
    name: `machines: ${name}`,
    state,
    message,
  }));
  // Without access there is nothing more to see.
  if (checks.some(({ state }) => state === "bad")) return [isolation, ...checks];
  return [isolation, ...checks, ...(await leftoverChecks(services, signal))];
}

async function leftoverChecks(services: Campaign["services"], signal: AbortSignal): Promise<Check[]> {
  try {
    const alive = await services.machines.list(
      { project: "universe-optimize", campaign: services.config.campaign },
      signal,
    );
    const known = new Set((await services.store.machines("alive")).map(({ name }) => name));
    const strays = alive.filter(({ name }) => !known.has(name));
    const sweep = await lastSweep(services.store);
    return [
      ...(sweep === null ? [] : [good("sweep", `last at ${sweep.at}: ${sweep.removed} removed`)]),
      strays.length === 0
        ? good("leftovers", `${alive.length} machines alive, each belongs to a run`)
        : bad(
            "leftovers",
            `${strays.map(({ name }) => name).join(", ")} belong to no run: look with 'uo reap --dry-run', remove with 'uo reap'`,
          ),
    ];
  } catch (error) {
    return [bad("machines", errorFacts(error).message)];
  }
}
