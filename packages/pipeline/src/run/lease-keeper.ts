import type { Fence, LeaseRow, StateStore } from "@universe-optimize/state-store";
import { PipelineError } from "../errors.ts";
import { describeHolder, holderIsDead } from "./lease-owner.ts";

/** How long a lease lasts without a heartbeat, and how often it is renewed. */
const LEASE_TTL_MS = 60_000;
const RENEW_MS = 20_000;

/** A lease that renews itself until it is disposed; `signal` aborts when it is lost. */
export interface HeldLease extends AsyncDisposable {
  readonly fence: Fence;
  readonly signal: AbortSignal;
}

/**
 * Takes the lease of a project. A holder of this computer that has died is replaced at once.
 *
 * @throws PipelineError `busy`, naming the holder
 */
export async function holdLease(store: StateStore, projectId: string, owner: string): Promise<HeldLease> {
  const name = nameOf(projectId);
  const lease = await store.acquireLease(name, owner, LEASE_TTL_MS, holderIsDead);
  if (lease === null) {
    const holder = await store.lease(name);
    const who = holder === null ? "another process" : describeHolder(holder);
    throw new PipelineError(
      "busy",
      `${who} is working on ${projectId}. Wait for it, end it with Ctrl-C, or ask the run to end with 'uo stop ${projectId}'.`,
      { projectId },
    );
  }
  return keep(store, lease);
}

/** Whether the process that holds the project's lease has ended, as far as this computer can tell. */
export async function isAbandoned(store: StateStore, projectId: string): Promise<boolean> {
  const lease = await store.lease(nameOf(projectId));
  return lease !== null && holderIsDead(lease);
}

function nameOf(projectId: string): string {
  return `project:${projectId}`;
}

function keep(store: StateStore, lease: LeaseRow): HeldLease {
  const fence: Fence = { lease: lease.name, fence: lease.fence };
  const lost = new AbortController();
  let renewing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    renewing = store.renewLease(fence, LEASE_TTL_MS).catch((error: unknown) => {
      // One missed heartbeat (a locked database) cancels nothing; only a lease that went to somebody else does.
      if ((error as { code?: unknown }).code === "stale_lease") lost.abort(error);
    });
  }, RENEW_MS);
  timer.unref();
  return {
    fence,
    signal: lost.signal,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await renewing;
      await store.releaseLease(fence);
    },
  };
}
