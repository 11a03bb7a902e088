import { describeHolder, holderIsDead, leaseOwner } from "@universe-optimize/pipeline";
import type { Fence, StateStore } from "@universe-optimize/state-store";

const LEASE = "batch";
const TTL_MS = 60_000;
const RENEW_MS = 20_000;

/**
 * The one process of a campaign that begins runs, sweeps and tells. A leader of this computer that died is replaced at once,
 * one elsewhere after a minute.
 */
export interface Leadership extends AsyncDisposable {
  readonly held: boolean;
  /** Whether this process leads now. */
  tryLead(): Promise<boolean>;
  /** Words for whoever leads instead. */
  leader(): Promise<string>;
}

/** @param onLost called when somebody else took over */
export function leadership(store: StateStore, onLost: () => void): Leadership {
  const owner = leaseOwner();
  let fence: Fence | null = null;
  let timer: NodeJS.Timeout | undefined;
  let renewing: Promise<void> = Promise.resolve();
  const renew = async (held: Fence): Promise<void> => {
    try {
      await store.renewLease(held, TTL_MS);
    } catch (error) {
      // A database that is away for a moment takes nothing from anybody.
      if ((error as { code?: unknown }).code !== "stale_lease") return;
      clearInterval(timer);
      fence = null;
      onLost();
    }
  };
  return {
    get held() {
      return fence !== null;
    },
    async tryLead() {
      if (fence !== null) return true;
      const lease = await store.acquireLease(LEASE, owner, TTL_MS, holderIsDead);
      if (lease === null) return false;
      const held: Fence = { lease: lease.name, fence: lease.fence };
      fence = held;
      timer = setInterval(() => {
        renewing = renew(held);
      }, RENEW_MS);
      timer.unref();
      return true;
    },
    async leader() {
      const holder = await store.lease(LEASE);
      return holder === null ? "another process" : describeHolder(holder);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await renewing;
      if (fence !== null) await store.releaseLease(fence);
      fence = null;
    },
  };
}
