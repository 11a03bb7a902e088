import { lastSweep, reap, type Services } from "@universe-optimize/pipeline";
import { errorFacts } from "@universe-optimize/pipeline/errors";
import type { Notifier } from "../notify/webhook.ts";
import type { Logger } from "../observe/logger.ts";

/** Sweeps when it is time, one at a time, beside everything else. */
export class Sweeper {
  readonly #services: Services;
  readonly #notifier: Notifier;
  readonly #log: Logger;
  #sweeping: Promise<void> | null = null;
  #triedAt = 0;
  /** When the last sweep of any process ended (ms); null: never. */
  lastAt: number | null = null;

  constructor(services: Services, notifier: Notifier, log: Logger) {
    this.#services = services;
    this.#notifier = notifier;
    this.#log = log;
  }

  async read(): Promise<void> {
    const record = await lastSweep(this.#services.store);
    this.lastAt = record === null ? null : Date.parse(record.at);
  }

  /** Begins a sweep where the last one is old enough; does not wait for it. */
  async whenDue(signal: AbortSignal): Promise<void> {
    if (this.#sweeping !== null) return;
    await this.read();
    const everyMs = this.#services.config.batch.sweep.everyMinutes * 60_000;
    if (Date.now() - Math.max(this.lastAt ?? 0, this.#triedAt) < everyMs) return;
    this.#triedAt = Date.now();
    this.#sweeping = this.#sweep(signal).finally(() => (this.#sweeping = null));
  }

  /** Waits for a sweep under way. */
  async settled(): Promise<void> {
    await this.#sweeping;
  }

  async #sweep(signal: AbortSignal): Promise<void> {
    try {
      const report = await reap(this.#services, {
        dryRun: false,
        lostDatabase: false,
        graceMinutes: this.#services.config.batch.sweep.graceMinutes,
        signal,
      });
      this.lastAt = report.endedAt.getTime();
      const { removed, failed } = report;
      if (removed.length + failed.length === 0) {
        this.#log.debug("swept: nothing to remove");
        return;
      }
      this.#log.warn({ removed, failed: failed.map(({ machine }) => machine) }, "swept");
      if (failed.length > 0)
        this.#tell(`${failed.length} machines could not be removed: ${failed[0]?.error.message}`);
    } catch (error) {
      if (signal.aborted) return;
      const { code, message } = errorFacts(error);
      this.#log.error({ code }, `the sweep failed: ${message}`);
      this.#tell(`the sweep failed: ${message}`);
    }
  }

  #tell(message: string): void {
    this.#notifier.tell({ kind: "sweep.failed", severity: "error", message });
  }
}
