import { kitFingerprint, type Services } from "@universe-optimize/pipeline";
import { errorFacts } from "@universe-optimize/pipeline/errors";
import type { RunCeiling } from "../decide/budget.ts";
import { type Pause, plan, type Plan } from "../decide/plan.ts";
import type { Notifier } from "../notify/webhook.ts";
import type { Logger } from "../observe/logger.ts";
import { batchMemory, NEVER_RESUMED } from "./batch-memory.ts";
import { beginRun } from "./begin-run.ts";
import type { CampaignPicture } from "./campaign-picture.ts";
import { machinesByRegion } from "./regions.ts";

export interface PlannerParts {
  readonly services: Services;
  readonly picture: CampaignPicture;
  readonly ceiling: RunCeiling;
  readonly notifier: Notifier;
  readonly log: Logger;
}

/** Plans, and, where this process leads, does what the plan says. */
export class Planner {
  readonly #parts: PlannerParts;
  #fingerprint: { readonly value: string; readonly at: number } | null = null;
  #judged: number | null = null;
  #state: Plan["state"] | null = null;

  constructor(parts: PlannerParts) {
    this.#parts = parts;
  }

  /** @param lead whether this process may begin runs and journal decisions @param admit whether new runs are let in now */
  async step(options: {
    readonly lead: boolean;
    readonly admit: boolean;
    readonly signal: AbortSignal;
  }): Promise<{ readonly plan: Plan; readonly begun: readonly string[] }> {
    const { services, picture, ceiling, log } = this.#parts;
    const { store, config } = services;
    const made = plan({
      projects: picture.projects,
      policy: config.batch,
      machines: config.machines.concurrency,
      proofs: config.proof.machine !== "none",
      ceiling,
      now: Date.now(),
      pause: await batchMemory.pause.read(store),
      resumption: (await batchMemory.resumption.read(store)) ?? NEVER_RESUMED,
      fingerprint: await this.#currentFingerprint(),
      canary: await batchMemory.canary.read(store),
      aliveIn:
        Object.keys(config.batch.concurrency.regions).length === 0
          ? {}
          : await machinesByRegion(services, options.signal),
    });
    if (!options.lead) return { plan: made, begun: [] };
    await this.#tell(made);
    if (made.newPause !== null) await this.#pause(made.newPause);
    const begun: string[] = [];
    if (!options.admit) return { plan: made, begun };
    // Remembered before its run begins: one that was never begun is found out, one that was not remembered is not.
    if (made.newCanary !== null) await batchMemory.canary.write(store, made.newCanary);
    for (const id of made.start) {
      options.signal.throwIfAborted();
      if (!(await beginRun(services, id))) continue;
      await picture.refresh(id);
      begun.push(id);
      log.info({ project: id }, "run begins");
    }
    return { plan: made, begun };
  }

  /** Read once a minute: templates and instructions change while a campaign is served. */
  async #currentFingerprint(): Promise<string> {
    const { services, log } = this.#parts;
    if (!services.config.batch.canary) return "";
    if (this.#fingerprint !== null && Date.now() - this.#fingerprint.at < 60_000)
      return this.#fingerprint.value;
    try {
      this.#fingerprint = { value: await kitFingerprint(services), at: Date.now() };
    } catch (error) {
      // A kit that cannot be built fails its canary, with the step's own words.
      log.error({ code: errorFacts(error).code }, `the kit cannot be read: ${errorFacts(error).message}`);
      this.#fingerprint = { value: `unreadable ${errorFacts(error).message}`, at: Date.now() };
    }
    return this.#fingerprint.value;
  }

  async #pause(pause: Pause): Promise<void> {
    const { services, notifier, log } = this.#parts;
    await batchMemory.pause.write(services.store, pause);
    await services.store.appendEvent({ kind: "batch.paused", message: pause.reason, data: pause });
    const message = `paused (${pause.kind}): ${pause.reason}. Runs under way go on; 'universe-batch resume' lets new ones start.`;
    log.error({ kind: pause.kind }, message);
    notifier.tell({ kind: "paused", severity: "error", message, data: { ...pause } });
  }

  async #tell(made: Plan): Promise<void> {
    const { notifier, log } = this.#parts;
    for (const [index, words] of made.judged.entries())
      if (this.#judged !== null && index >= this.#judged) {
        const message = `wave ${index + 1} of ${made.waves} is over: ${words}`;
        log.info(message);
        notifier.tell({ kind: "wave.judged", severity: "info", message, data: { wave: index + 1 } });
      }
    this.#judged = Math.max(this.#judged ?? 0, made.judged.length);
    if (made.newCanary?.state === "passed")
      notifier.tell({ kind: "canary.passed", severity: "info", message: "the canary passed: all may start" });
    if (made.state === this.#state) return;
    const before = this.#state;
    const first = before === null;
    this.#state = made.state;
    log.info({ state: made.state }, made.words);
    if (before === "paused")
      notifier.tell({
        kind: "resumed",
        severity: "info",
        message: `new runs may start again: ${made.words}`,
      });
    if (made.state === "budget")
      notifier.tell({
        kind: "budget.reached",
        severity: "warning",
        message: `nothing more is started: ${made.words}`,
      });
    if (made.state === "drained" && !first)
      notifier.tell({ kind: "campaign.drained", severity: "info", message: made.words });
  }
}
