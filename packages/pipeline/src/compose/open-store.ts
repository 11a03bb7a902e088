import { existsSync } from "node:fs";
import type { StateStore } from "@universe-optimize/state-store";
import type { CampaignPaths } from "../campaign/campaign-paths.ts";
import { readSecrets } from "../campaign/secrets.ts";
import { refuseForgotten, refuseMoved } from "./store-place.ts";

/**
 * The campaign's database: the PostgreSQL one that DATABASE_URL names (environment or `.env`), otherwise the file in its folder.
 * `readonly` neither makes nor migrates it, and gives null where there is none yet.
 *
 * @throws StoreError; PipelineError `not_now` when the campaign's memory lies in the other of the two
 */
export async function openStore(paths: CampaignPaths): Promise<StateStore>;
export async function openStore(
  paths: CampaignPaths,
  options: { readonly readonly: true },
): Promise<StateStore | null>;
export async function openStore(
  paths: CampaignPaths,
  options: { readonly readonly?: boolean } = {},
): Promise<StateStore | null> {
  const url = (await readSecrets(paths.root)).get("DATABASE_URL");
  const store = url === null ? await openFile(paths, options) : await openServer(paths, url, options);
  try {
    if (store !== null) await refuseMoved(store, url === null ? "sqlite" : "postgres");
    if (url !== null) await refuseForgotten(store, paths);
    return store;
  } catch (error) {
    await store?.[Symbol.asyncDispose]();
    throw error;
  }
}

/** The same, wherever the campaign's memory was copied: for what copies it. */
export async function openFile(
  paths: CampaignPaths,
  options: { readonly readonly?: boolean } = {},
): Promise<StateStore | null> {
  if (options.readonly === true && !existsSync(paths.database)) return null;
  const { openSqliteStore } = await import("@universe-optimize/state-store/sqlite");
  return await openSqliteStore(paths.database, options);
}

/** See `openFile`. The schema has the campaign's name, so that campaigns share a database. */
export async function openServer(
  paths: CampaignPaths,
  url: string,
  options: { readonly readonly?: boolean } = {},
): Promise<StateStore | null> {
  const { openPostgresStore, schemaOfCampaign } = await import("@universe-optimize/state-store/postgres");
  const { readConfig } = await import("../config/read-config.ts");
  const { campaign } = await readConfig(paths.config);
  try {
    return await openPostgresStore(url, { ...options, schema: schemaOfCampaign(campaign) });
  } catch (error) {
    const nothingYet = options.readonly === true && (error as { code?: unknown }).code === "not_found";
    if (nothingYet) return null;
    throw error;
  }
}
