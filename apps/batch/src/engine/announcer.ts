import type { Services } from "@universe-optimize/pipeline";
import { projectPaths } from "@universe-optimize/pipeline/campaign";
import { isFailure, type ProjectPicture, type RunPicture } from "../decide/picture.ts";
import { nextRun } from "../decide/rerun.ts";
import type { Notifier } from "../notify/webhook.ts";
import type { Logger } from "../observe/logger.ts";

/** Flags runs for a person: in the event log, and by a notification. Each once in a process; a restart may repeat one. */
export class Announcer {
  readonly #services: Services;
  readonly #notifier: Notifier;
  readonly #log: Logger;
  readonly #told = new Set<string>();

  constructor(services: Services, notifier: Notifier, log: Logger) {
    this.#services = services;
    this.#notifier = notifier;
    this.#log = log;
  }

  /** A run ended, or failed and waits with its machine. */
  async ended(
    project: ProjectPicture,
    run: Pick<RunPicture, "id" | "number" | "end" | "reason" | "failureClass">,
    kept: { readonly until: number; readonly refusal: string | null } | null,
  ): Promise<void> {
    if (this.#told.has(run.id)) return;
    this.#told.add(run.id);
    if (kept === null && !isFailure(run.end)) {
      this.#log.info({ project: project.id, run: run.number, end: run.end }, "run ended");
      return;
    }
    const { results, log } = projectPaths(this.#services.paths, project.id);
    const next = kept === null ? nextRun(project, this.#services.config.batch.rerun, null) : null;
    const machine =
      kept === null || kept.until === 0
        ? ""
        : ` Its machine is kept until ${new Date(kept.until).toISOString()}: 'uo ssh ${project.id}'.`;
    const again = next?.kind === "again" ? " It is run again." : "";
    const message = `run ${run.number} failed: ${run.reason ?? "without a reason"}.${machine}${again} Evidence: 'universe-batch timeline ${project.id}', ${results}`;
    const data = {
      class: run.failureClass,
      reason: run.reason,
      results,
      log,
      keptUntil: kept === null || kept.until === 0 ? null : new Date(kept.until).toISOString(),
      runsAgain: next?.kind === "again",
    };
    this.#log.error({ project: project.id, run: run.number, ...data }, "run failed");
    await this.#services.store.appendEvent({
      kind: "run.flagged",
      message,
      data,
      projectId: project.id,
      runId: run.id,
    });
    this.#notifier.tell({
      kind: "run.failed",
      severity: "error",
      message,
      projectId: project.id,
      runId: run.id,
      data,
    });
  }

  /** A step waits for a person. */
  async blocked(project: ProjectPicture, run: RunPicture): Promise<void> {
    const key = `${run.id} ${run.step}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    const failed = (await this.#services.store.steps(run.id)).findLast(({ result }) => result === "failed");
    const message = `needs a person at ${run.step}: ${failed?.error_message ?? run.reason ?? "see its timeline"}. It is tried again every 15 minutes.`;
    this.#log.warn({ project: project.id, step: run.step }, message);
    this.#notifier.tell({
      kind: "run.blocked",
      severity: "error",
      message,
      projectId: project.id,
      runId: run.id,
      data: { step: run.step, code: failed?.error_code ?? null, holdsMachine: run.holdsSlot },
    });
  }
}
