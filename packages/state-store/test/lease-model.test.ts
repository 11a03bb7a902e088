import { join } from "node:path";
import type { StateStore, StoreError } from "@universe-optimize/state-store";
import { openSqliteStore } from "@universe-optimize/state-store/sqlite";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "./temporary-store.ts";

/** A lease as the contract describes it. */
interface Model {
  now: number;
  owner: string | null;
  fence: number;
  expiresAt: number;
  reason: string | null;
}

const owner = fc.constantFrom("one", "two", "three");
const ttlMs = fc.integer({ min: 1, max: 100 });
/** How far back from the newest the fence is that somebody still believes in. */
const age = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(2));
const operation = fc.oneof(
  fc.record({ kind: fc.constant("acquire" as const), owner, ttlMs, dead: fc.boolean(), store: fc.nat(1) }),
  fc.record({ kind: fc.constant("renew" as const), age, ttlMs, store: fc.nat(1) }),
  fc.record({ kind: fc.constant("release" as const), age, store: fc.nat(1) }),
  fc.record({ kind: fc.constant("write" as const), age, store: fc.nat(1) }),
  fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 80 }) }),
);

const START = Date.UTC(2030, 0, 1);
let now = START;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let stores: StateStore[];
let runs = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
  const file = join(folder.path, "x.db");
  const clock = () => new Date(now);
  stores = [await openSqliteStore(file, { clock }), await openSqliteStore(file, { clock })];
});

afterAll(async () => {
  for (const store of stores) await store[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => "done",
    (error: StoreError) => error.code,
  );
}

it("leases of two stores behave as one simple model, whatever the order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 25 }), async (operations) => {
      runs += 1;
      const lease = `project:${runs}`;
      const id = `p${runs}`;
      now = START;
      const setup = stores[0]!;
      await setup.syncProjects([
        {
          id,
          repo: "o/n",
          language: "java",
          company: null,
          contact_name: null,
          contact_email: null,
          contact_title: null,
        },
      ]);
      const first = (await setup.acquireLease(lease, "one", 50))!;
      const run = await setup.createRun({ lease, fence: first.fence }, id, "fork");
      const model: Model = { now, owner: "one", fence: 1, expiresAt: now + 50, reason: null };
      for (const [index, each] of operations.entries()) {
        if (each.kind === "pass") {
          now += each.ms;
          continue;
        }
        const store = stores[each.store]!;
        if (each.kind === "acquire") {
          let asked = false;
          const row = await store.acquireLease(lease, each.owner, each.ttlMs, (holder) => {
            asked = true;
            expect(holder).toMatchObject({ owner: model.owner, fence: model.fence });
            return each.dead;
          });
          const matters = model.owner !== null && model.owner !== each.owner && model.expiresAt > now;
          expect(asked).toBe(matters);
          if (matters && !each.dead) expect(row).toBeNull();
          else {
            expect(row).toMatchObject({ owner: each.owner, fence: model.fence + 1 });
            Object.assign(model, { owner: each.owner, fence: model.fence + 1, expiresAt: now + each.ttlMs });
          }
        } else {
          const fence = { lease, fence: model.fence - each.age };
          const ours = each.age === 0 && model.owner !== null;
          const expected = ours ? "done" : "stale_lease";
          if (each.kind === "renew") {
            expect(await codeOf(store.renewLease(fence, each.ttlMs))).toBe(expected);
            if (ours) model.expiresAt = now + each.ttlMs;
          } else if (each.kind === "release") {
            expect(await codeOf(store.releaseLease(fence))).toBe("done");
            if (ours) model.owner = null;
          } else {
            const reason = `write ${index}`;
            expect(await codeOf(store.updateRun(fence, run.id, { run: { reason } }))).toBe(expected);
            if (ours) model.reason = reason;
          }
        }
        expect((await stores[1 - each.store]!.run(run.id))?.reason).toBe(model.reason);
        const shown = await stores[1 - each.store]!.lease(lease);
        if (model.owner === null) expect(shown).toBeNull();
        else {
          const expires_at = new Date(model.expiresAt).toISOString();
          expect(shown).toEqual({ name: lease, owner: model.owner, fence: model.fence, expires_at });
        }
      }
    }),
    { numRuns: 60 },
  );
});
