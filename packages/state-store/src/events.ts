import { StoreError } from "./errors.ts";
import type { EventRow } from "./rows.ts";
import type { NewEvent } from "./store.ts";
import type { Db, Write } from "./transaction.ts";

/** Appends one event. Numbers come in the order of commits, so that who reads on after a number misses none. */
export async function insertEvent(
  { trx, now, lock }: Write,
  event: NewEvent & { readonly projectId?: string; readonly runId?: string },
): Promise<EventRow> {
  const data_json = toJson(event);
  await lock("events");
  return await trx
    .insertInto("events")
    .values({
      at: now.toISOString(),
      project_id: event.projectId ?? null,
      run_id: event.runId ?? null,
      kind: event.kind,
      message: event.message,
      data_json,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** See `StateStore.events`. */
export async function findEvents(
  db: Db,
  filter: { readonly projectId?: string; readonly after?: number; readonly limit?: number },
): Promise<EventRow[]> {
  let query = db.selectFrom("events").selectAll().orderBy("id");
  if (filter.projectId !== undefined) query = query.where("project_id", "=", filter.projectId);
  if (filter.after !== undefined) query = query.where("id", ">", filter.after);
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  return await query.execute();
}

function toJson({ kind, data }: NewEvent): string {
  try {
    return JSON.stringify(data ?? {}) ?? "{}";
  } catch (cause) {
    throw new StoreError(
      "constraint",
      `The data of event ${kind} cannot be written as JSON; pass plain values.`,
      { cause },
    );
  }
}
