import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openPostgresStore, schemaOfCampaign } from "@universe-optimize/state-store/postgres";
import { openSqliteStore } from "@universe-optimize/state-store/sqlite";
import type { StateStore } from "@universe-optimize/state-store";
import type { Ending } from "./run-campaigns.ts";
import type { CrashCampaign, World } from "./world.ts";

const SHARED = /virtualNetworks|networkSecurityGroups|resourceGroups/i;
const BRANCH = "refs/heads/codeflash/optimize";
const DRAFTS = ["email_1_proof.md", "email_2_followup.md", "email_3_risk.md"];

/** What is in a project's results once its run is over, beside the drafts or the proof. */
const RESULT_FILES: readonly string[] = [
  "HANDOFF.md",
  "benchmarks/total.mjs",
  "claude_output.log",
  "context.json",
  "results.tsv",
  "summary.json",
];

/** Opens the campaign's database: SQLite in its folder, or another one. */
export type OpenStore = (campaign: CrashCampaign) => Promise<StateStore>;

/** Every campaign has a schema of its own there. */
export const openPostgres =
  (url: string): OpenStore =>
  ({ name }) =>
    openPostgresStore(url, { schema: schemaOfCampaign(`crash-${name}`) });

export const openSqlite: OpenStore = ({ folder }) => openSqliteStore(join(folder, "universe_optimize.db"));

/**
 * Everything that is wrong with a campaign after its end: more than one fork, machine, agent or set of drafts, something left in the cloud, a result that
 * is not the agent's. Empty: it is as if nobody had killed anything.
 */
export async function wrongWith(
  world: World,
  campaign: CrashCampaign,
  ending: Ending,
  openStore: OpenStore = openSqlite,
): Promise<string[]> {
  const wrong: string[] = [];
  const expect = (what: string, is: unknown, should: unknown): void => {
    const [one, other] = [JSON.stringify(is), JSON.stringify(should)];
    if (one !== other) wrong.push(`${what}: ${one?.slice(0, 1000)} instead of ${other?.slice(0, 300)}`);
  };
  if (!ending.ok || ending.outcome !== "completed") wrong.push(`the run did not complete: ${ending.text}`);
  await checkCloud(world, campaign, expect);
  await checkFork(world, campaign, expect);
  await checkResults(campaign, expect);
  await checkDatabase(campaign, openStore, expect).catch((error: unknown) =>
    wrong.push(`the database: ${String(error)}`),
  );
  return wrong;
}

type Expect = (what: string, is: unknown, should: unknown) => void;

async function checkCloud(
  { arm }: World,
  { name, resourceGroup, proof }: CrashCampaign,
  expect: Expect,
): Promise<void> {
  const purposes = proof ? ["agent", "proof"] : ["agent"];
  for (const purpose of purposes)
    expect(
      `${purpose} machines alive at once`,
      await arm.mostAlive({ campaign: `crash-${name}`, purpose }),
      1,
    );
  const isHere = ({ id }: { id: string }): boolean =>
    id.toLowerCase().includes(`/resourcegroups/${resourceGroup.toLowerCase()}/`);
  const bills = (await arm.billing()).filter(isHere);
  expect("machines made", bills.filter(({ type }) => /virtualMachines/i.test(type)).length, purposes.length);
  expect(
    "billed for still",
    bills.filter(({ deletedAt }) => deletedAt === null).map(({ id }) => id),
    [],
  );
  const left = (await arm.inventory()).filter((item) => isHere(item) && !SHARED.test(item.type));
  expect(
    "left in the cloud",
    left.map(({ id }) => id),
    [],
  );
}

async function checkFork(
  { hub }: World,
  { organization, outside }: CrashCampaign,
  expect: Expect,
): Promise<void> {
  expect("forks", await hub.repositories(organization), [`${organization}/sum`]);
  const fork = await hub.repository(`${organization}/sum`);
  const upstream = await hub.repository("acme/sum");
  expect("the fork's parent", fork?.parent, "acme/sum");
  expect("Actions of the fork", fork?.actionsOn, false);
  expect("refs of the fork", fork?.refs, {
    [BRANCH]: (await textOf(join(outside, "sha")))?.trim(),
    ...upstream?.refs,
  });
  const runs = (await hub.workflowRuns()).filter(({ repo }) => repo.startsWith(`${organization}/`));
  expect("workflows that ran", runs, []);
}

async function checkResults(
  { folder, outside, project, proof }: CrashCampaign,
  expect: Expect,
): Promise<void> {
  const results = join(folder, "results", project);
  const starts = ((await textOf(join(outside, "starts"))) ?? "").split("\n").filter((line) => line !== "");
  expect("starts of the agent", starts.length, 1);
  const found = await readdir(results, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(results.length + 1));
  // What a template or context was generated as lies beside it, hidden.
  const shown = files.filter((name) => !/(?:^|\/)\./.test(name));
  const made = proof ? ["proof.html", "proof.json"] : DRAFTS.map((name) => `emails/${name}`);
  expect("files in the results", shown.toSorted(), [...RESULT_FILES, ...made].toSorted());
  expect("the log", await textOf(join(results, "claude_output.log")), await textOf(join(outside, "log")));
  for (const name of ["summary.json", "results.tsv", "HANDOFF.md", "benchmarks/total.mjs"])
    expect(name, await textOf(join(results, name)), await textOf(join(outside, "results", name)));
  if (proof) return;
  for (const name of DRAFTS)
    if (((await textOf(join(results, "emails", name))) ?? "").length < 100)
      expect(name, "too short", "a mail");
}

async function checkDatabase(campaign: CrashCampaign, openStore: OpenStore, expect: Expect): Promise<void> {
  await using store = await openStore(campaign);
  const runs = await store.runs(campaign.project);
  expect(
    "runs",
    runs.map(({ number, step, outcome }) => [number, step, outcome]),
    [[1, "finished", "completed"]],
  );
  const [run] = runs;
  if (run === undefined) return;
  expect(
    "steps without an end",
    (await store.steps(run.id)).filter(({ result }) => result === null),
    [],
  );
  expect(
    "machines in the database",
    (await store.machines({ runId: run.id })).map(({ state }) => state),
    campaign.proof ? ["gone", "gone"] : ["gone"],
  );
  expect(
    "drafts in the database",
    (await store.drafts(campaign.project)).map(({ template, state }) => `${template} ${state}`).toSorted(),
    campaign.proof ? [] : DRAFTS.map((template) => `${template} draft`),
  );
  expect("optimizations", (await store.optimizations(run.id)).length, 1);
  expect("the project's status", (await store.project(campaign.project))?.status, "completed");
}

async function textOf(path: string): Promise<string | null> {
  return await readFile(path, "utf8").catch(() => null);
}
