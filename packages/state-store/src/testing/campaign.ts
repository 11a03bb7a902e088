import { expect } from "vitest";
import type { StoreErrorCode } from "../errors.ts";
import type { RunRow } from "../rows.ts";
import type { Fence, ProjectFacts, StateStore } from "../store.ts";
import type { OpenedStore } from "./suite.ts";

export type Open = () => Promise<OpenedStore>;

export const HOUR_MS = 3_600_000;
export const ISO: RegExp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/u;

/** Opens, tests, disposes and cleans up. */
export async function using(
  open: Open,
  test: (store: StateStore, reopen: () => Promise<StateStore>) => Promise<void>,
): Promise<void> {
  const { store, reopen, cleanup } = await open();
  const stores = [store];
  try {
    await test(store, async () => {
      const another = await reopen();
      stores.push(another);
      return another;
    });
  } finally {
    for (const each of stores) await each[Symbol.asyncDispose]();
    await cleanup();
  }
}

export function facts(id: string, change: Partial<ProjectFacts> = {}): ProjectFacts {
  return {
    id,
    repo: `org/${id}`,
    language: "python",
    company: null,
    contact_name: "First Last",
    contact_email: "first.last@example.com",
    contact_title: "CTO",
    ...change,
  };
}

export async function hold(store: StateStore, lease: string, owner = "me"): Promise<Fence> {
  const row = await store.acquireLease(lease, owner, HOUR_MS);
  if (row === null) throw new Error(`${lease} is held by somebody else`);
  return { lease: row.name, fence: row.fence };
}

/** A project with a lease and a run at step `fork`. */
export async function begin(store: StateStore, id = "project-001"): Promise<{ fence: Fence; run: RunRow }> {
  await store.syncProjects([facts(id)]);
  const fence = await hold(store, `project:${id}`);
  return { fence, run: await store.createRun(fence, id, "fork") };
}

export async function expectCode(work: Promise<unknown>, code: StoreErrorCode): Promise<void> {
  await expect(work).rejects.toMatchObject({ name: "StoreError", code });
}

/** Everything that a store shows, to see that nothing of it changed. */
export async function everything(store: StateStore, projectId: string): Promise<unknown> {
  const runs = await store.runs(projectId);
  return {
    projects: await store.projects(),
    runs,
    steps: await Promise.all(runs.map(({ id }) => store.steps(id))),
    machines: await Promise.all(runs.map(({ id }) => store.machines({ runId: id }))),
    optimizations: await Promise.all(runs.map(({ id }) => store.optimizations(id))),
    costs: await Promise.all(runs.map(({ id }) => store.costs(id))),
    drafts: await store.drafts(projectId),
    events: await store.events(),
  };
}
