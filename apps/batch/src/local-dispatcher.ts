import { Cron } from "croner";
import type { Dispatcher, DispatcherOptions, ProjectHandler } from "./dispatcher.ts";
import { until } from "./until.ts";

const RETRY_MS = 30_000;

/** Looks of one process, in its memory: what SQLite needs, where one process works at a time. Nothing survives it; `sweep` at its start. */
export function localDispatcher(options: DispatcherOptions): Dispatcher {
  return new LocalDispatcher(options);
}

class LocalDispatcher implements Dispatcher {
  readonly #options: DispatcherOptions;
  /** When each project is due, ms; one that is asked for while it is looked at waits here too. */
  readonly #due = new Map<string, number>();
  readonly #active = new Set<string>();
  #changed: () => void = () => {};

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  async enqueue(projectIds: readonly string[], at: Date = new Date()): Promise<void> {
    for (const id of projectIds) this.#due.set(id, Math.min(this.#due.get(id) ?? Infinity, at.getTime()));
    this.#changed();
  }

  async work(handler: ProjectHandler, signal: AbortSignal): Promise<void> {
    const running = new Set<Promise<void>>();
    const wake = (): void => this.#changed();
    signal.addEventListener("abort", wake);
    try {
      while (!signal.aborted) {
        // Made before looking: what changes in between is not missed.
        const changed = new Promise<void>((resolve) => (this.#changed = resolve));
        const now = Date.now();
        while (this.#active.size < this.#options.concurrency) {
          const id = this.#next(now);
          if (id === null) break;
          const look: Promise<void> = this.#look(id, handler, signal).finally(() => {
            running.delete(look);
            this.#changed();
          });
          running.add(look);
        }
        const full = this.#active.size >= this.#options.concurrency;
        await until(changed, full ? Infinity : this.#nextAt() - now);
      }
    } finally {
      signal.removeEventListener("abort", wake);
      await Promise.all(running);
    }
  }

  async schedule(
    _name: string,
    cron: string,
    act: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return;
    let acting: Promise<void> = Promise.resolve();
    const job = new Cron(cron, { mode: "5-part", timezone: "UTC", protect: true }, async () => {
      acting = act(signal).catch((error: unknown) => {
        if (!signal.aborted) this.#options.onError?.(error, null);
      });
      await acting;
    });
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    job.stop();
    await acting;
  }

  /** What a process had under way ends with it. */
  async takeBack(): Promise<number> {
    return 0;
  }

  async counts(): Promise<{ waiting: number; active: number }> {
    return { waiting: this.#due.size, active: this.#active.size };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#due.clear();
  }

  async #look(id: string, handler: ProjectHandler, signal: AbortSignal): Promise<void> {
    this.#active.add(id);
    this.#due.delete(id);
    try {
      const again = await handler(id, signal);
      if (again !== null) await this.enqueue([id], again);
    } catch (error) {
      if (!signal.aborted) this.#options.onError?.(error, id);
      const waitMs = signal.aborted ? 0 : (this.#options.retryMs ?? RETRY_MS);
      await this.enqueue([id], new Date(Date.now() + waitMs));
    } finally {
      this.#active.delete(id);
    }
  }

  /** The project that has been due for longest. */
  #next(now: number): string | null {
    let first: string | null = null;
    let firstAt = now;
    for (const [id, at] of this.#due) {
      if (this.#active.has(id) || at > firstAt || (first !== null && at === firstAt)) continue;
      [first, firstAt] = [id, at];
    }
    return first;
  }

  #nextAt(): number {
    let first = Infinity;
    for (const [id, at] of this.#due) if (!this.#active.has(id)) first = Math.min(first, at);
    return first;
  }
}
