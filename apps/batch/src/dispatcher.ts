import type { RunRow } from "@universe-optimize/state-store";

/**
 * Looks at one project, and does the step that is due. Returns when to look again; null: nothing is left to do.
 *
 * It may be called once too often, or for a project that another process works on: the lease and the journal decide, never
 * the call. When it throws, the project comes back after the dispatcher's `retryMs`.
 */
export type ProjectHandler = (projectId: string, signal: AbortSignal) => Promise<Date | null>;

/**
 * Who looks at which project when. It knows no more than projects and times: a message that is lost, doubled or late changes
 * when something happens, never what. `sweep` makes good for those that are lost.
 */
export interface Dispatcher extends AsyncDisposable {
  /** Asks for a look at each project at `at` (now by default). A project has one waiting look: the earliest that was asked for. */
  enqueue(projectIds: readonly string[], at?: Date): Promise<void>;

  /**
   * Hands projects to `handler` as they come due: at most `concurrency` at once in this process, and no project twice at once
   * in all processes. Resolves once `signal` has aborted and every handler has returned; handlers get the same signal, and
   * the projects of those that it ended come back to whoever works next.
   */
  work(handler: ProjectHandler, signal: AbortSignal): Promise<void>;

  /**
   * Does `act` at every time of `cron` (five fields, UTC), in one of all processes that ask for the same name; never
   * twice at once. Resolves once `signal` has aborted and `act` has returned.
   */
  schedule(
    name: string,
    cron: string,
    act: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;

  /**
   * Looks that other processes have under way come back at once where `isAbandoned` says that their process has ended; without it
   * they do once it was silent for long enough. Returns how many came back.
   */
  takeBack(isAbandoned: (projectId: string) => Promise<boolean>): Promise<number>;

  /** How many looks wait and how many are under way, over all processes. */
  counts(): Promise<{ readonly waiting: number; readonly active: number }>;
}

export interface DispatcherOptions {
  /** How many handlers at once in this process. */
  readonly concurrency: number;
  /** When a project comes back whose handler threw; 30 s by default. */
  readonly retryMs?: number;
  /** What a handler, or the dispatcher's own connection, failed with; it goes on all the same. */
  readonly onError?: (error: unknown, projectId: string | null) => void;
}

/** Asks for a look at every project that has a run to go on with, when that run is due. Returns how many. */
export async function sweep(dispatcher: Dispatcher, runs: Iterable<RunRow>): Promise<number> {
  const byTime = new Map<string, string[]>();
  let count = 0;
  for (const { project_id, due_at, finished_at } of runs) {
    if (finished_at !== null) continue;
    count += 1;
    byTime.set(due_at, [...(byTime.get(due_at) ?? []), project_id]);
  }
  for (const [dueAt, projectIds] of byTime) await dispatcher.enqueue(projectIds, new Date(dueAt));
  return count;
}
