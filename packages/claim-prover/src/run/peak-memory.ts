import { readFileSync } from "node:fs";

const supervisors = new Set(["sh", "dash", "bash", "unshare", "setpriv", "taskset", "sample.sh"]);

/**
 * The greatest resident memory of a process and its descendants: each one's own high-water mark (VmHWM), looked at every few
 * milliseconds, the greatest sum counts. A mark only grows, so all that can be missed is growth in the last moment before an exit.
 * Linux only.
 */
export class PeakMemory {
  readonly #root: number;
  readonly #timer: NodeJS.Timeout;
  #peakKiB = 0;

  constructor(root: number, everyMs = 4) {
    this.#root = root;
    this.#timer = setInterval(() => this.#look(), everyMs);
    this.#timer.unref();
  }

  /** Ends the watch; MiB, or null where nothing was seen. */
  stop(): number | null {
    clearInterval(this.#timer);
    return this.#peakKiB === 0 ? null : this.#peakKiB / 1024;
  }

  #look(): void {
    let sum = 0;
    const pending = [this.#root];
    for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
      try {
        pending.push(
          ...readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number),
        );
        const status = readFileSync(`/proc/${pid}/status`, "utf8");
        if (supervisors.has(/^Name:\t(.*)$/m.exec(status)?.[1] ?? "")) continue;
        const mark = Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0);
        sum += mark;
      } catch {
        // It has ended meanwhile.
      }
    }
    this.#peakKiB = Math.max(this.#peakKiB, sum);
  }
}
