import { existsSync } from "node:fs";
import { type CampaignPaths, campaignPaths } from "@universe-optimize/pipeline/campaign";
import { openStore } from "@universe-optimize/pipeline/compose";
import { readFacts } from "@universe-optimize/pipeline/facts";
import { type Project, readProjectList } from "@universe-optimize/project-list";
import type { StateStore } from "@universe-optimize/state-store";
import type { Args } from "../command.ts";
import type { ProjectState } from "../views/status-view.ts";

/** A campaign that is only looked at: nothing is made, migrated or connected. */
export interface CampaignView extends AsyncDisposable {
  readonly paths: CampaignPaths;
  readonly projects: readonly Project[];
  /** null: nothing was started yet. */
  readonly store: StateStore | null;
}

/** A folder that is no campaign: exit status 2. */
export class NotACampaignError extends Error {
  override readonly name = "NotACampaignError";
  readonly code = "not_a_campaign";
  readonly retryable = false;
}

/** @throws NotACampaignError */
export function checkCampaign(paths: CampaignPaths): void {
  if (existsSync(paths.config)) return;
  throw new NotACampaignError(
    `${paths.root} is no campaign folder: it has no universe.config.json. Make one with 'uo init DIR', or name one with --campaign DIR.`,
  );
}

export async function viewCampaign(args: Args): Promise<CampaignView> {
  const paths = campaignPaths(String(args["campaign"]));
  checkCampaign(paths);
  const { projects } = await readProjectList(paths.projects);
  const store = await openStore(paths, { readonly: true });
  return {
    paths,
    projects,
    store,
    async [Symbol.asyncDispose]() {
      await store?.[Symbol.asyncDispose]();
    },
  };
}

export async function projectState(store: StateStore | null, id: string): Promise<ProjectState> {
  if (store === null) return { row: null, run: null, drafts: [], blocked: false, proven: false };
  const [row, run, drafts] = await Promise.all([store.project(id), store.latestRun(id), store.drafts(id)]);
  const waits = run === null || run.step === "finished" ? null : readFacts(run).waitsForRoom;
  return {
    row,
    run,
    drafts,
    waits: waits == null ? null : `waits for room until ${waits.until}: ${waits.reason}`,
    proven: run !== null && readFacts(run).basis === "proven",
    blocked: run !== null && run.step !== "finished" && readFacts(run).blocked === true,
  };
}
