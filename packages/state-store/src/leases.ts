import { StoreError } from "./errors.ts";
import type { LeaseRow } from "./rows.ts";
import { parameter, Statement } from "./statement.ts";
import type { Fence } from "./store.ts";
import type { Db, Write } from "./transaction.ts";

/** The owner in the row of a lease that nobody holds. */
const NOBODY = "";
const LONG_AGO = new Date(0).toISOString();

/** See `StateStore.acquireLease`. */
export async function acquireLease(
  { trx, now, rowLocks }: Write,
  name: string,
  owner: string,
  ttlMs: number,
  mayTakeFrom: (holder: LeaseRow) => boolean,
): Promise<LeaseRow | null> {
  if (owner === NOBODY) throw new StoreError("constraint", "A lease needs an owner's name; it is empty.");
  const expires_at = expiry(now, ttlMs);
  const query = trx.selectFrom("leases").selectAll().where("name", "=", name);
  const holder = await (rowLocks ? query.forUpdate() : query).executeTakeFirst();
  if (holder === undefined) {
    // Somebody may insert it in between where rows are locked: then it is theirs.
    const inserted = await trx
      .insertInto("leases")
      .values({ name, owner, fence: 1, expires_at })
      .onConflict((conflict) => conflict.column("name").doNothing())
      .returningAll()
      .executeTakeFirst();
    return inserted ?? null;
  }
  const free = holder.owner === NOBODY || holder.expires_at <= now.toISOString();
  if (!free && holder.owner !== owner && !mayTakeFrom(holder)) return null;
  return await trx
    .updateTable("leases")
    .set({ owner, fence: holder.fence + 1, expires_at })
    .where("name", "=", name)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** See `StateStore.renewLease`. */
export async function renewLease({ trx, now }: Write, fence: Fence, ttlMs: number): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable("leases")
    .set({ expires_at: expiry(now, ttlMs) })
    .where("name", "=", fence.lease)
    .where("fence", "=", fence.fence)
    .where("owner", "!=", NOBODY)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw staleLease(fence);
}

/** See `StateStore.releaseLease`. */
export async function releaseLease({ trx }: Write, fence: Fence): Promise<void> {
  await trx
    .updateTable("leases")
    .set({ owner: NOBODY, expires_at: LONG_AGO })
    .where("name", "=", fence.lease)
    .where("fence", "=", fence.fence)
    .execute();
}

/** See `StateStore.lease`. */
export async function findLease(db: Db, name: string): Promise<LeaseRow | null> {
  const row = await db
    .selectFrom("leases")
    .selectAll()
    .where("name", "=", name)
    .where("owner", "!=", NOBODY)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * Throws `stale_lease` unless the lease has exactly this fence and is held. An expired one that nobody took is still
 * its owner's: nobody else can have written in the meantime.
 */
export async function requireFence({ trx, rowLocks }: Write, fence: Fence): Promise<void> {
  const [row] = await (rowLocks ? lockFence : readFence).rows(trx, { name: fence.lease });
  if (row === undefined || row.fence !== fence.fence || row.owner === NOBODY) throw staleLease(fence);
}

const readFence = new Statement((db) =>
  db.selectFrom("leases").select(["fence", "owner"]).where("name", "=", parameter("name")),
);
const lockFence = new Statement((db) =>
  db.selectFrom("leases").select(["fence", "owner"]).where("name", "=", parameter("name")).forUpdate(),
);

function expiry(now: Date, ttlMs: number): string {
  const at = new Date(now.getTime() + ttlMs);
  if (!(ttlMs > 0) || Number.isNaN(at.getTime())) {
    throw new StoreError("constraint", `A lease lasts a number of milliseconds above 0; ${ttlMs} is none.`);
  }
  return at.toISOString();
}

function staleLease({ lease, fence }: Fence): StoreError {
  return new StoreError(
    "stale_lease",
    `The lease ${lease} is not held with fence ${fence} any more; nothing was written. Acquire it again and read the run anew.`,
  );
}
