import { existsSync } from "node:fs";
import type { StateStore } from "@universe-optimize/state-store";
import type { CampaignPaths } from "../campaign/campaign-paths.ts";
import { PipelineError } from "../errors.ts";

/** Under which key a database remembers that the campaign goes on in another one. */
const MOVED = "store/moved";

export type StoreKind = "sqlite" | "postgres";

const NAMES: Readonly<Record<StoreKind, string>> = { sqlite: "universe_optimize.db", postgres: "PostgreSQL" };

/** Marks a database as left behind, or takes the mark away: whoever went on in it would do everything a second time. */
export async function markMoved(store: StateStore, to: StoreKind | null): Promise<void> {
  await store.remember(MOVED, to === null ? null : { to, at: new Date().toISOString() }, null);
}

/** Where the campaign went from here; null: nowhere. */
export async function movedTo(store: StateStore): Promise<{ to: StoreKind; at: string } | null> {
  return (await store.recall(MOVED)) as { to: StoreKind; at: string } | null;
}

/** @throws PipelineError `not_now` when this database was left for another one */
export async function refuseMoved(store: StateStore, kind: StoreKind): Promise<void> {
  const moved = await movedTo(store);
  if (moved === null) return;
  const act =
    moved.to === "postgres"
      ? "Set DATABASE_URL (environment or .env) to that database, or bring it back with 'uo store copy --to sqlite'"
      : "Unset DATABASE_URL, or bring it back with 'uo store copy --to postgres'";
  throw new PipelineError(
    "not_now",
    `This campaign went on from ${NAMES[kind]} to ${NAMES[moved.to]} at ${moved.at}. ${act}.`,
  );
}

/**
 * DATABASE_URL names a database without this campaign, while the folder's own file has runs: going on would begin all of them
 * anew.
 *
 * @throws PipelineError `not_now`
 */
export async function refuseForgotten(server: StateStore | null, paths: CampaignPaths): Promise<void> {
  if (!existsSync(paths.database)) return;
  if (server !== null && (await server.projects()).length > 0) return;
  const { openSqliteStore } = await import("@universe-optimize/state-store/sqlite");
  await using file = await openSqliteStore(paths.database, { readonly: true });
  for (const { id } of await file.projects()) {
    if ((await file.latestRun(id)) === null) continue;
    throw new PipelineError(
      "not_now",
      "DATABASE_URL names a database that knows nothing of this campaign, but universe_optimize.db has runs of it. Take them along with 'uo store copy --to postgres', or unset DATABASE_URL.",
    );
  }
}
