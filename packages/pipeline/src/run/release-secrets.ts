import type { RunRow, StateStore } from "@universe-optimize/state-store";

const KIND = "secrets.released";

/** A person's word that what was found in a run's results may leave this computer. The reason is kept. */
export async function releaseSecrets(store: StateStore, run: RunRow, reason: string): Promise<void> {
  await store.appendEvent({
    kind: KIND,
    message: `released: ${reason}`,
    data: { reason },
    projectId: run.project_id,
    runId: run.id,
  });
}

/** Whether somebody released this run's findings. */
export async function secretsReleased(store: StateStore, run: RunRow): Promise<boolean> {
  const events = await store.events({ projectId: run.project_id });
  return events.some((event) => event.kind === KIND && event.run_id === run.id);
}
