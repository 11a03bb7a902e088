import type { Session } from "@universe-optimize/remote-session";

/** One open session a machine, shared by the steps of a run. */
export interface SessionPool extends AsyncDisposable {
  /** The machine's open session, or the one that `open` gives; a session whose connection is gone is replaced. */
  get(machine: string, open: () => Promise<Session>): Promise<Session>;
  /** Closes the machine's session, if there is one. */
  close(machine: string): Promise<void>;
}

export function sessionPool(): SessionPool {
  const sessions = new Map<string, Promise<Session>>();
  const close = async (machine: string): Promise<void> => {
    const held = sessions.get(machine);
    sessions.delete(machine);
    const session = await held?.catch(() => null);
    await session?.[Symbol.asyncDispose]();
  };
  return {
    async get(machine, open) {
      const held = await sessions.get(machine)?.catch(() => null);
      if (held?.connected === true) return held;
      await close(machine);
      const opening = open();
      sessions.set(machine, opening);
      return await opening;
    },
    close,
    async [Symbol.asyncDispose]() {
      await Promise.all([...sessions.keys()].map(close));
    },
  };
}
