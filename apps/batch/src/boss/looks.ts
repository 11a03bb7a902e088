import type { Db, JobInsert, PgBoss } from "pg-boss";

/** The queue of looks at projects. */
export const LOOKS = "looks";

/** What a look says of its reason, for whoever reads the table. Nothing is decided from it: the run's row says what is due. */
export interface LookData {
  readonly run?: string;
  readonly step?: string;
}

/** A worker that was silent for this long is taken for dead, and its looks go to others. */
export const HEARTBEAT_SECONDS = 20;
/** A look that takes longer is given to somebody else as well; the lease keeps the two apart. */
const LONGEST_LOOK_SECONDS = 12 * 3600;

/**
 * One look waits for each project (`short`). One that a worker died with comes back by itself; a look that failed does not:
 * the state machine says when to try again.
 */
export async function createLooks(boss: PgBoss, heartbeatSeconds: number): Promise<void> {
  const settings = {
    heartbeatSeconds,
    expireInSeconds: LONGEST_LOOK_SECONDS,
    retryLimit: 10_000,
    retryDelay: 0,
    deleteAfterSeconds: 3600,
  };
  await boss.createQueue(LOOKS, { policy: "short", ...settings });
  await boss.updateQueue(LOOKS, settings);
}

/** Asks for looks, in the transaction of `db` where there is one; one that waits for a later time is moved forward. */
export async function insertLooks(
  boss: PgBoss,
  schema: string,
  projectIds: readonly string[],
  at: Date,
  data: LookData,
  db: Db = boss.getDb(),
): Promise<void> {
  if (projectIds.length === 0) return;
  const jobs = [...new Set(projectIds)]
    .toSorted()
    .map((id): JobInsert<LookData> => ({ data, singletonKey: id, group: { id }, startAfter: at }));
  const made = await boss.insert(LOOKS, jobs, { db, returnId: true });
  if (made?.length === jobs.length) return;
  // Ordered, so that two processes that do this at once cannot wait for each other.
  await db.executeSql(
    `update ${schema}.job set start_after = $3 where name = $1 and id in (
       select id from ${schema}.job where name = $1 and state = 'created' and singleton_key = any($2) and start_after > $3
       order by singleton_key for update)`,
    [LOOKS, jobs.map(({ singletonKey }) => singletonKey), at],
  );
}

/** Looks that have been under way for `seconds` or longer. */
export async function looksUnderWay(
  boss: PgBoss,
  schema: string,
  seconds: number,
): Promise<readonly { readonly id: string; readonly projectId: string }[]> {
  const { rows } = await boss.getDb().executeSql(
    `select id, group_id as "projectId" from ${schema}.job
       where name = $1 and state = 'active' and started_on < now() - $2 * interval '1 second'`,
    [LOOKS, seconds],
  );
  return rows as { id: string; projectId: string }[];
}

/** How many looks wait, and how many are under way. */
export async function countLooks(
  boss: PgBoss,
  schema: string,
): Promise<{ readonly waiting: number; readonly active: number }> {
  const { rows } = await boss.getDb().executeSql(
    `select count(*) filter (where state < 'active')::int as waiting, count(*) filter (where state = 'active')::int as active
       from ${schema}.job where name = $1 and state < 'completed'`,
    [LOOKS],
  );
  return rows[0] as { waiting: number; active: number };
}
