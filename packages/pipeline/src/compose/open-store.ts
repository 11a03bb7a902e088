import { existsSync } from "node:fs";
import type { StateStore } from "@universe-optimize/state-store";
import type { CampaignPaths } from "../campaign/campaign-paths.ts";

/** The campaign's database; `readonly` neither makes nor migrates it, and gives null where there is none yet. */
export async function openStore(paths: CampaignPaths): Promise<StateStore>;
export async function openStore(
  paths: CampaignPaths,
  options: { readonly readonly: true },
): Promise<StateStore | null>;
export async function openStore(
  paths: CampaignPaths,
  options: { readonly readonly?: boolean } = {},
): Promise<StateStore | null> {
  if (options.readonly === true && !existsSync(paths.database)) return null;
  const { openSqliteStore } = await import("@universe-optimize/state-store/sqlite");
  return await openSqliteStore(paths.database, options);
}
