import type { Notifier } from "../notify/webhook.ts";
import type { Alarm } from "../observe/alarms.ts";
import type { Logger } from "../observe/logger.ts";

/** Which alarms are raised now; tells of each when it is raised and when it is over. */
export class AlarmKeeper {
  readonly #notifier: Notifier;
  readonly #log: Logger;
  #raised = new Map<Alarm["kind"], Alarm>();

  constructor(notifier: Notifier, log: Logger) {
    this.#notifier = notifier;
    this.#log = log;
  }

  get raised(): readonly Alarm[] {
    return [...this.#raised.values()];
  }

  set(alarms: readonly Alarm[]): void {
    const now = new Map(alarms.map((alarm) => [alarm.kind, alarm]));
    for (const [kind, { message }] of now)
      if (!this.#raised.has(kind)) {
        this.#log.error({ alarm: kind }, message);
        this.#notifier.tell({ kind: "alarm.raised", severity: "error", message, data: { alarm: kind } });
      }
    for (const kind of this.#raised.keys())
      if (!now.has(kind)) {
        this.#log.info({ alarm: kind }, "alarm is over");
        this.#notifier.tell({
          kind: "alarm.cleared",
          severity: "info",
          message: `the alarm '${kind}' is over`,
          data: { alarm: kind },
        });
      }
    this.#raised = now;
  }
}
