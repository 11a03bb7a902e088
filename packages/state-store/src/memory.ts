import { StoreError } from "./errors.ts";
import type { Db, Write } from "./transaction.ts";

/** See `StateStore.recall`. */
export async function recall(db: Db, key: string, now: Date): Promise<unknown> {
  const row = await db
    .selectFrom("memory")
    .select(["value_json", "expires_at"])
    .where("key", "=", key)
    .executeTakeFirst();
  if (row === undefined) return null;
  if (row.expires_at !== null && Date.parse(row.expires_at) <= now.getTime()) return null;
  return JSON.parse(row.value_json) as unknown;
}

/** See `StateStore.remember`. */
export async function remember(
  { trx, now }: Write,
  key: string,
  value: unknown,
  expiresAt: Date | null,
): Promise<void> {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new StoreError("constraint", `What is remembered as ${key} cannot be written as JSON.`, { cause });
  }
  if (text === undefined || value === null) {
    await trx.deleteFrom("memory").where("key", "=", key).execute();
    return;
  }
  const facts = {
    value_json: text,
    expires_at: expiresAt === null ? null : expiresAt.toISOString(),
    written_at: now.toISOString(),
  };
  await trx
    .insertInto("memory")
    .values({ key, ...facts })
    .onConflict((conflict) => conflict.column("key").doUpdateSet(facts))
    .execute();
}
