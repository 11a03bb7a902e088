import type { Services } from "@universe-optimize/pipeline";
import type { Project } from "@universe-optimize/project-list";
import type { RunRow } from "@universe-optimize/state-store";
import type { RunCeiling } from "../decide/budget.ts";
import { isActive, latestOf } from "../decide/picture.ts";
import type { Logger } from "../observe/logger.ts";
import type { Metrics } from "../observe/metrics.ts";
import { batchMemory, type Keeping } from "./batch-memory.ts";
import type { CampaignPicture } from "./campaign-picture.ts";
import { lookAt } from "./look.ts";

export interface LookerParts {
  readonly services: Services;
  readonly picture: CampaignPicture;
  readonly ceiling: RunCeiling & { readonly usdPerHour: number };
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly projects: ReadonlyMap<string, Project>;
  readonly onLooked: (projectId: string) => void;
  readonly onKept: (projectId: string, run: RunRow, keeping: Keeping) => Promise<void>;
}

/** Does what the dispatcher asks for, and knows what is being done, and since when. */
export class Looker {
  readonly #parts: LookerParts;
  readonly #wanted = new Set<string>();
  readonly #since = new Map<string, number>();
  /** When each project's next look is, as this process knows. */
  readonly #next = new Map<string, number>();

  constructor(parts: LookerParts) {
    this.#parts = parts;
  }

  /** The next look at it comes before its time. */
  want(id: string): void {
    this.#wanted.add(id);
  }

  isLooking(id: string): boolean {
    return this.#since.has(id);
  }

  /** Whether a run of it goes on that this process never looked at: somebody else began it. */
  isNew(id: string): boolean {
    const project = this.#parts.picture.get(id);
    return project !== null && isActive(project) && !this.#since.has(id) && !this.#next.has(id);
  }

  /** The handler of the dispatcher. */
  async look(id: string, signal: AbortSignal): Promise<Date | null> {
    const { services, picture, metrics, log, projects } = this.#parts;
    const project = projects.get(id);
    if (project === undefined) {
      log.warn(
        { project: id },
        "is not in projects.json any more: its run waits; its machine goes at its age",
      );
      return null;
    }
    this.#since.set(id, Date.now());
    const wanted = this.#wanted.delete(id);
    let again: Date | null = null;
    try {
      const looked = await lookAt({
        services,
        project,
        wanted,
        signal,
        ceiling: this.#parts.ceiling,
        projects: () => picture.projects,
        progress: (progress) => {
          metrics.progress(id, progress);
          switch (progress.kind) {
            case "line":
              return log.info({ project: id, step: progress.step }, progress.message);
            case "failed":
              return log.warn(
                {
                  project: id,
                  step: progress.step,
                  code: progress.error.code,
                  retryInMs: progress.retryInMs,
                },
                progress.error.message,
              );
            case "done":
              return log.info({ project: id, step: progress.step, next: progress.next }, "done");
            case "begun":
            case "waiting":
              return log.debug({ project: id, step: progress.step }, progress.kind);
          }
        },
        lag: (seconds) => metrics.lag(seconds),
        onKept: (row, keeping) =>
          void this.#parts
            .onKept(id, row, keeping)
            .catch((error: unknown) => log.error({ err: error }, "could not flag")),
      });
      return (again = looked.again);
    } finally {
      this.#since.delete(id);
      if (again === null) this.#next.delete(id);
      else this.#next.set(id, again.getTime());
      await picture.refresh(id).catch(() => null);
      this.#parts.onLooked(id);
    }
  }

  /** The project that has waited for longest after its time, if any has for `ms`. What looks so is asked of the database: others work too. */
  async mostOverdue(ms: number): Promise<{ readonly projectId: string; readonly since: number } | null> {
    const { services, picture } = this.#parts;
    const now = Date.now();
    for (const project of picture.projects) {
      const run = latestOf(project);
      if (run === null || run.end !== null || run.blocked) continue;
      const looking = this.#since.get(project.id);
      const since = looking ?? Math.max(run.dueAt, this.#next.get(project.id) ?? 0);
      if (now - since <= ms) continue;
      if (looking !== undefined) return { projectId: project.id, since };
      const row = await services.store.latestRun(project.id);
      if (row === null || row.step === "finished") continue;
      const kept = (await batchMemory.keeping(row.id).read(services.store))?.until ?? 0;
      const due = Math.max(Date.parse(row.due_at), kept);
      if (now - due > ms) return { projectId: project.id, since: due };
    }
    return null;
  }
}
