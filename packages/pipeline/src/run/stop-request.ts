import type { RunRow, StateStore } from "@universe-optimize/state-store";

const KIND = "run.stop-requested";

/** Asks a run to end. It needs no lease, so it works while another process watches the run. */
export async function requestStop(store: StateStore, run: RunRow): Promise<void> {
  await store.appendEvent({
    kind: KIND,
    message: "a person asked this run to stop",
    projectId: run.project_id,
    runId: run.id,
  });
}

/** Whether somebody asked this run to end. */
export async function stopWasRequested(store: StateStore, run: RunRow): Promise<boolean> {
  const events = await store.events({ projectId: run.project_id });
  return events.some((event) => event.kind === KIND && event.run_id === run.id);
}
