import type { BatchConfig } from "@universe-optimize/pipeline/config";
import { type Alarm, alarmsOf } from "../observe/alarms.ts";
import type { Logger } from "../observe/logger.ts";
import type { AlarmKeeper } from "./alarm-keeper.ts";

export interface WatchdogParts {
  readonly policy: BatchConfig;
  readonly alarms: AlarmKeeper;
  readonly log: Logger;
  readonly lastSweepAt: () => number | null;
  /** When the picture was last read and planned with. */
  readonly lastPlanAt: () => number;
  readonly mostOverdue: (
    ms: number,
  ) => Promise<{ readonly projectId: string; readonly since: number } | null>;
}

/** Looks every few seconds for what did not happen, by a timer of its own: planning that hangs is one of the things that it tells of. */
export class Watchdog implements Disposable {
  readonly #parts: WatchdogParts;
  readonly #since = Date.now();
  readonly #timer: NodeJS.Timeout;
  #looking = false;

  constructor(parts: WatchdogParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => void this.#look(), parts.policy.tickSeconds * 1000);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { alarms, log, policy } = this.#parts;
    const alarmMs = policy.progressAlarmMinutes * 60_000;
    // What needs no database first: it may be what hangs.
    if (this.#looking)
      return alarms.set([...this.#judge(null), ...alarms.raised.filter(({ kind }) => kind === "progress")]);
    this.#looking = true;
    try {
      alarms.set(this.#judge(await this.#parts.mostOverdue(alarmMs)));
    } catch (error) {
      log.error({ err: error }, "the alarms could not be judged");
      alarms.set(this.#judge(null));
    } finally {
      this.#looking = false;
    }
  }

  #judge(overdue: { readonly projectId: string; readonly since: number } | null): readonly Alarm[] {
    const { policy, lastSweepAt, lastPlanAt } = this.#parts;
    return alarmsOf({
      now: Date.now(),
      since: this.#since,
      lastSweepAt: lastSweepAt(),
      sweepAlarmMs: policy.sweep.alarmMinutes * 60_000,
      progressAlarmMs: policy.progressAlarmMinutes * 60_000,
      overdue,
      lastPlanAt: lastPlanAt(),
    });
  }
}
