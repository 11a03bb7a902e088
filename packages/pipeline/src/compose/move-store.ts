import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import type { StateStore } from "@universe-optimize/state-store";
import type { TableDigest } from "@universe-optimize/state-store/copy";
import type { CampaignPaths } from "../campaign/campaign-paths.ts";
import { readSecrets } from "../campaign/secrets.ts";
import { PipelineError } from "../errors.ts";
import { describeHolder, holderIsDead } from "../run/lease-owner.ts";
import { openFile, openServer } from "./open-store.ts";
import { markMoved, movedTo, type StoreKind } from "./store-place.ts";

/** Holds the projects of a database that was left, for good: a process that has it open still can change nothing there. */
const OWNER = "moved to another database";
const FOR_GOOD_MS = 100 * 365 * 86_400_000;

/** What was copied, and where an earlier state of the target lies now; null: there was none. */
export interface MoveReport {
  readonly tables: readonly TableDigest[];
  readonly setAside: string | null;
}

/**
 * Moves a campaign's memory between `universe_optimize.db` and the PostgreSQL database that DATABASE_URL names: a copy,
 * compared row by row, after which the one that was left refuses to be used. A target that the campaign had left before
 * is kept under another name. Safe to call again when it was interrupted.
 *
 * @throws PipelineError `not_now` or `busy`; StoreError, with `not_empty` for a target that holds anything
 */
export async function moveStore(paths: CampaignPaths, to: StoreKind): Promise<MoveReport> {
  const url = (await readSecrets(paths.root)).get("DATABASE_URL");
  if (url === null) {
    throw new PipelineError(
      "not_now",
      "DATABASE_URL names no database. Set it (environment or .env) to postgres://USER:PASSWORD@HOST:5432/DATABASE.",
    );
  }
  if (to === "postgres" && !existsSync(paths.database))
    throw new PipelineError(
      "not_now",
      "There is no universe_optimize.db: nothing was started in this campaign.",
    );
  const open = async (kind: StoreKind): Promise<StateStore> =>
    (kind === "sqlite" ? await openFile(paths) : await openServer(paths, url))!;
  const from: StoreKind = to === "sqlite" ? "postgres" : "sqlite";
  const setAside = await setLeftOneAside(paths, url, to, open);
  await using source = await open(from);
  await using target = await open(to);
  const tables = await copyHeld(source, target, to);
  return { tables, setAside };
}

async function copyHeld(source: StateStore, target: StateStore, to: StoreKind): Promise<TableDigest[]> {
  const { copyStore } = await import("@universe-optimize/state-store/copy");
  const names = (await source.projects()).map(({ id }) => `project:${id}`);
  const held: { lease: string; fence: number }[] = [];
  try {
    for (const name of names) {
      const lease = await source.acquireLease(name, OWNER, FOR_GOOD_MS, holderIsDead);
      if (lease === null) throw await busy(source, name);
      held.push({ lease: name, fence: lease.fence });
    }
    const tables = await copyStore(source, target).catch(async (error: unknown) => {
      // Everything was there already: an earlier copy that ended before it could say so.
      const copied = await sameRows(source, target);
      if (copied === null) throw error;
      return copied;
    });
    await markMoved(source, to);
    for (const name of names) {
      const lease = await target.lease(name);
      if (lease?.owner === OWNER) await target.releaseLease({ lease: name, fence: lease.fence });
    }
    return tables;
  } catch (error) {
    // What holds them still is no process; the campaign goes on where it was.
    if ((await movedTo(source).catch(() => null)) === null)
      for (const fence of held) await source.releaseLease(fence).catch(() => {});
    throw error;
  }
}

/** The rows of both where they are the same, but for who holds what; otherwise null. */
async function sameRows(source: StateStore, target: StateStore): Promise<TableDigest[] | null> {
  const { digestStore } = await import("@universe-optimize/state-store/copy");
  const [theirs, ours] = [await digestStore(source), await digestStore(target)];
  const same = ours.every(
    ({ table, sha256 }, index) => table === "leases" || theirs[index]?.sha256 === sha256,
  );
  return same && ours.some(({ rows }) => rows > 0) ? ours : null;
}

async function busy(source: StateStore, name: string): Promise<PipelineError> {
  const holder = await source.lease(name);
  const id = name.slice("project:".length);
  const who = holder === null ? "another process" : describeHolder(holder);
  return new PipelineError("busy", `${who} is working on ${id}. End it first; nothing was copied.`, {
    projectId: id,
  });
}

/** A database that the campaign went away from is out of date: it makes room, under a name that says when. */
async function setLeftOneAside(
  paths: CampaignPaths,
  url: string,
  kind: StoreKind,
  open: (kind: StoreKind) => Promise<StateStore>,
): Promise<string | null> {
  if (kind === "sqlite" && !existsSync(paths.database)) return null;
  {
    await using store = await open(kind);
    if ((await movedTo(store)) === null) return null;
  }
  const stamp = new Date().toISOString().replaceAll(/\D/gu, "").slice(0, 14);
  if (kind === "sqlite") {
    const name = `${paths.database}.left-${stamp}`;
    await rename(paths.database, name);
    return name;
  }
  const { schemaOfCampaign, setSchemaAside } = await import("@universe-optimize/state-store/postgres");
  const { readConfig } = await import("../config/read-config.ts");
  const schema = schemaOfCampaign((await readConfig(paths.config)).campaign);
  await setSchemaAside(url, schema, `${schema}_${stamp}`);
  return `schema ${schema}_${stamp}`;
}
