import { readFacts } from "@universe-optimize/pipeline/facts";
import type { Args, ExitCode, Handler, Io } from "../command.ts";
import { costsText, money } from "../views/costs-view.ts";
import { statusLine, statusTable, type StatusLine } from "../views/status-view.ts";
import { projectCosts } from "./costs.ts";
import { type CampaignView, projectState, viewCampaign } from "./project-states.ts";
import { selectProject } from "./select-projects.ts";

export const status: Handler = async (args, io) => {
  await using campaign = await viewCampaign(args);
  const id = args["id"];
  if (typeof id === "string") return await oneProject(campaign, id, io);
  const lines = await statusLines(campaign);
  if (io.json) io.out(`${JSON.stringify({ ok: true, projects: lines }, null, 2)}\n`);
  else
    io.out(
      lines.length === 0
        ? "No projects yet: add one with 'uo add OWNER/NAME' or 'uo add --upstream PATH'.\n"
        : `${statusTable(lines)}${lines.flatMap(waitLine).join("")}`,
    );
  return 0;
};

/** A run that only waits looks like any other in the table. */
function waitLine({ id, status: at, reason }: StatusLine): string[] {
  return at === "provisioning" && reason !== null ? [`${id}: ${reason}\n`] : [];
}

export const statusAll: Handler = async (args: Args, io: Io) => {
  await using campaign = await viewCampaign(args);
  const lines = await statusLines(campaign);
  const alive = (await campaign.store?.machines("alive")) ?? [];
  const costs = await Promise.all(lines.map(({ id }) => projectCosts(campaign.store, id)));
  const usd = costs.reduce((sum, cost) => sum + cost.usd, 0);
  const needs = lines.filter((line) => line.email === "blocked" || line.status === "failed");
  if (io.json) {
    io.out(`${JSON.stringify({ ok: true, projects: lines, machinesAlive: alive, costUsd: usd }, null, 2)}\n`);
    return 0;
  }
  io.out(statusTable(lines));
  const count = (value: StatusLine["status"]): number => lines.filter((line) => line.status === value).length;
  io.out(
    `\n${lines.length} projects: ${(
      ["pending", "provisioning", "running", "completed", "failed", "destroyed"] as const
    )
      .map((value) => `${count(value)} ${value}`)
      .join(", ")}\n`,
  );
  io.out(
    `Machines alive: ${alive.length === 0 ? "none" : alive.map((row) => `${row.name} (${row.provider}, ${row.state})`).join(", ")}\n`,
  );
  io.out(`Cost so far: ${money(usd)}\n`);
  for (const line of needs) io.out(`${line.id}: ${line.reason ?? line.status}\n`);
  return 0;
};

/** A line for every project of projects.json. */
export async function statusLines(campaign: Pick<CampaignView, "projects" | "store">): Promise<StatusLine[]> {
  return await Promise.all(
    campaign.projects.map(async (project) =>
      statusLine(project, await projectState(campaign.store, project.id)),
    ),
  );
}

async function oneProject(campaign: CampaignView, id: string, io: Io): Promise<ExitCode> {
  const project = selectProject(campaign.projects, id);
  const line = statusLine(project, await projectState(campaign.store, id));
  const run = (await campaign.store?.latestRun(id)) ?? null;
  const steps = run === null ? [] : ((await campaign.store?.steps(run.id)) ?? []);
  const costs = await projectCosts(campaign.store, id);
  if (io.json) {
    io.out(`${JSON.stringify({ ok: true, project: line, run, steps, costs }, null, 2)}\n`);
    return 0;
  }
  io.out(statusTable([line]));
  if (run === null) return 0;
  io.out(`\nRun ${run.number}: ${run.step === "finished" ? (run.outcome ?? "finished") : `at ${run.step}`}`);
  io.out(run.reason === null ? "\n" : `, ${run.reason}\n`);
  const { parkedUntil, waitsForRoom } = readFacts(run);
  if (run.step !== "finished" && parkedUntil != null)
    io.out(`  parked until ${parkedUntil}: the agent is at its usage limit\n`);
  if (run.step !== "finished" && waitsForRoom != null)
    io.out(`  waits for room until ${waitsForRoom.until}: ${waitsForRoom.reason}\n`);
  for (const group of grouped(steps)) io.out(`  ${group}\n`);
  io.out(`Cost so far: ${costsText(costs)}\n`);
  return 0;
}

/** One line a step: how often it was begun, and what its last attempt came to. */
function grouped(
  steps: readonly { step: string; result: string | null; error_message: string | null; started_at: string }[],
): string[] {
  const order = [...new Set(steps.map(({ step }) => step))];
  return order.map((name) => {
    const attempts = steps.filter(({ step }) => step === name);
    const last = attempts.at(-1);
    const times = attempts.length === 1 ? "once" : `${attempts.length} times`;
    const error = last?.error_message === null || last === undefined ? "" : `: ${last.error_message}`;
    return `${name.padEnd(14)}${last?.result ?? "under way"} (begun ${times}, last ${last?.started_at ?? ""})${error}`;
  });
}
