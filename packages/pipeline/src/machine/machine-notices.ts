type Listener = (message: string) => void;

/** What a provider tells of its machines while it works on them, for the step that waits. */
export class MachineNotices {
  readonly #listeners = new Map<string, Set<Listener>>();

  /** Hears what is told of one machine, and of none in particular, until disposed of. */
  listen(machine: string, listener: Listener): Disposable {
    const listeners = this.#listeners.get(machine) ?? new Set();
    this.#listeners.set(machine, listeners.add(listener));
    return {
      [Symbol.dispose]: () => {
        listeners.delete(listener);
        if (listeners.size === 0) this.#listeners.delete(machine);
      },
    };
  }

  /** `machine` null: all that listen hear it. */
  tell(machine: string | null, message: string): void {
    for (const [name, listeners] of this.#listeners)
      if (machine === null || machine === name) for (const listener of listeners) listener(message);
  }
}
