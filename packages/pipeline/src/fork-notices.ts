import { AsyncLocalStorage } from "node:async_hooks";

/**
 * What the fork provider tells while it works, waits at a limit above all, for the step that waits. One provider serves all runs of
 * a process, so a message goes to whoever's call it came out of, and to nobody else.
 */
export class ForkNotices {
  readonly #listener = new AsyncLocalStorage<(message: string) => void>();

  /** Runs `act`; `listener` hears what is told while it runs. */
  hearing<T>(listener: (message: string) => void, act: () => T): T {
    return this.#listener.run(listener, act);
  }

  tell(message: string): void {
    this.#listener.getStore()?.(message);
  }
}
