import { holdLease, leaseOwner, type Services } from "@universe-optimize/pipeline";
import { errorFacts } from "@universe-optimize/pipeline/errors";

/** Journals a project's next run; whoever works next takes it up. False: somebody else holds the project, or began one. */
export async function beginRun({ store }: Services, projectId: string): Promise<boolean> {
  try {
    await using lease = await holdLease(store, projectId, leaseOwner());
    await store.createRun(lease.fence, projectId, "fork");
    return true;
  } catch (error) {
    const { code } = errorFacts(error);
    if (code === "busy" || code === "run_active" || code === "stale_lease") return false;
    throw error;
  }
}
