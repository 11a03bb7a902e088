import type { Services } from "@universe-optimize/pipeline";
import { isActive, latestOf, type ProjectPicture } from "../decide/picture.ts";
import { type PictureCache, readProject } from "./read-picture.ts";

const PAGE = 1000;

/** News of the campaign's event log. */
export interface News {
  readonly lastId: number;
  readonly projectIds: ReadonlySet<string>;
  /** Runs a step of which was done, or failed. */
  readonly runIds: ReadonlySet<string>;
  /** Projects that somebody wants looked at now. */
  readonly wanted: ReadonlySet<string>;
}

/** Events after which a run is looked at before its time. */
const WANTED: ReadonlySet<string> = new Set([
  "run.stop-requested",
  "proof.requested",
  "secrets.released",
  "machine.removed",
]);

/**
 * What this process knows of all projects. It is read once and kept up by the event log, which every process writes: reading costs as
 * much as has changed, not as much as there is.
 */
export class CampaignPicture {
  readonly #services: Services;
  readonly #cache: PictureCache = new Map();
  readonly #projects = new Map<string, ProjectPicture>();
  #lastId = 0;

  constructor(services: Services) {
    this.#services = services;
  }

  /** In the order in which `setProjects` named them. */
  get projects(): readonly ProjectPicture[] {
    return [...this.#projects.values()];
  }

  get(id: string): ProjectPicture | null {
    return this.#projects.get(id) ?? null;
  }

  /** Takes over a project list: reads what is new, forgets what is gone. */
  async setProjects(ids: readonly string[]): Promise<void> {
    const before = new Map(this.#projects);
    this.#projects.clear();
    for (const id of ids) {
      this.#projects.set(id, before.get(id) ?? { id, runs: [] });
      if (!before.has(id)) await this.refresh(id);
    }
  }

  async refresh(id: string): Promise<ProjectPicture | null> {
    if (!this.#projects.has(id)) return null;
    const project = await readProject(this.#services, id, Date.now(), this.#cache);
    this.#projects.set(id, project);
    return project;
  }

  /** Reads the events since the last call, and every project that they name. */
  async catchUp(): Promise<News> {
    const projectIds = new Set<string>();
    const runIds = new Set<string>();
    const wanted = new Set<string>();
    for (;;) {
      const events = await this.#services.store.events({ after: this.#lastId, limit: PAGE });
      for (const event of events) {
        this.#lastId = event.id;
        if (event.project_id === null) continue;
        projectIds.add(event.project_id);
        if (event.run_id !== null && event.kind.startsWith("step.")) runIds.add(event.run_id);
        if (WANTED.has(event.kind)) wanted.add(event.project_id);
      }
      if (events.length < PAGE) break;
    }
    for (const id of projectIds) await this.refresh(id);
    return { lastId: this.#lastId, projectIds, runIds, wanted };
  }

  /** Goes to the end of the event log without looking at it, or to `id`. */
  async skipTo(id: number | null): Promise<void> {
    if (id !== null) {
      this.#lastId = id;
      return;
    }
    for (;;) {
      const events = await this.#services.store.events({ after: this.#lastId, limit: PAGE });
      this.#lastId = events.at(-1)?.id ?? this.#lastId;
      if (events.length < PAGE) return;
    }
  }

  /** Projects by where they stand, for people and for metrics. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const project of this.#projects.values()) {
      const status = statusOf(project);
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  }
}

/** `pending`, `running`, `blocked`, or how the latest run ended. */
export function statusOf(project: ProjectPicture): string {
  const latest = latestOf(project);
  if (latest === null) return "pending";
  if (isActive(project)) return latest.blocked ? "blocked" : "running";
  return latest.end ?? "pending";
}
