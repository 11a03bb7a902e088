import { SessionError } from "./errors.ts";
import type { Session } from "./session.ts";
import { Slots } from "./slots.ts";
import { takePlace } from "./take-place.ts";
import { watchCalls } from "./watch-calls.ts";

export interface SessionFleetOptions {
  /** Handshakes at once; more of them only wait for this computer's processor. Default 16. */
  readonly maxConnecting?: number;
  /** A handshake that takes longer goes on, but gives its place to the next machine's. Default 3,000. */
  readonly slowAfterMs?: number;
  /** A connection on which nothing was called for so long is closed; Infinity: never. Default 300,000. */
  readonly idleCloseMs?: number;
}

/** One open session a machine, shared by all who ask for it. */
export interface SessionFleet extends AsyncDisposable {
  /**
   * The machine's open session, or else the one that `open` gives. A session whose connection is gone is replaced.
   * Those who ask while it is being opened share it; `open`'s signal is aborted when none of them waits any more.
   *
   * The session belongs to the fleet: disposing it closes nothing. While a call runs on it, it is not idle.
   *
   * @throws whatever `open` throws; the signal's reason; SessionError `connection_lost` once the fleet is closed
   */
  get(
    machine: string,
    open: (signal: AbortSignal) => Promise<Session>,
    signal?: AbortSignal,
  ): Promise<Session>;
  /** Closes the machine's session, or gives up opening it. */
  close(machine: string): Promise<void>;
  /** Machines with a session that is open or being opened. */
  readonly size: number;
}

interface Member {
  opening: Promise<Session> | null;
  readonly cancel: AbortController;
  waiting: number;
  /** What `opening` gave. */
  opened: { readonly session: Session; readonly shared: Session; readonly stop: () => void } | null;
}

/**
 * Holds the sessions of many machines: reuse with idle close, and handshakes in turn, first come first served. A machine
 * that does not answer delays nobody: after `slowAfterMs` its place goes to the next one, and a machine whose last
 * handshake failed waits in a line of its own, so that a hundred dead machines leave the living ones their places.
 */
export function sessionFleet(options: SessionFleetOptions = {}): SessionFleet {
  const { maxConnecting = 16, slowAfterMs = 3_000, idleCloseMs = 300_000 } = options;
  const members = new Map<string, Member>();
  const failed = new Set<string>();
  const places = new Slots(maxConnecting);
  const secondPlaces = new Slots(Math.ceil(maxConnecting / 4));
  let closed = false;

  const connect = async (
    machine: string,
    member: Member,
    open: (signal: AbortSignal) => Promise<Session>,
  ): Promise<Session> => {
    const { signal } = member.cancel;
    let leave = (): void => {};
    try {
      leave = await takePlace(failed.has(machine) ? secondPlaces : places, slowAfterMs, signal);
      const session = await open(signal);
      failed.delete(machine);
      if (signal.aborted) {
        await session[Symbol.asyncDispose]();
        throw signal.reason;
      }
      const { watched, stop } = watchCalls(session, idleCloseMs, () => void close(machine, member));
      member.opened = { session, shared: watched, stop };
      return watched;
    } catch (error) {
      if (!signal.aborted) failed.add(machine);
      if (members.get(machine) === member) members.delete(machine);
      throw error;
    } finally {
      leave();
    }
  };

  const start = (machine: string, open: (signal: AbortSignal) => Promise<Session>): Member => {
    const member: Member = { cancel: new AbortController(), waiting: 0, opened: null, opening: null };
    members.set(machine, member);
    member.opening = connect(machine, member, open);
    member.opening.catch(() => {}); // Those who wait hear of it.
    return member;
  };

  const close = async (machine: string, member: Member | undefined): Promise<void> => {
    if (member === undefined) return;
    if (members.get(machine) === member) members.delete(machine);
    if (member.opened === null) {
      member.cancel.abort(
        new SessionError("connection_lost", `The session with ${machine} was closed. Open a new one.`),
      );
      await member.opening?.catch(() => {});
    }
    member.opened?.stop();
    await member.opened?.session[Symbol.asyncDispose]();
  };

  return {
    get size() {
      return members.size;
    },
    async get(machine, open, signal) {
      signal?.throwIfAborted();
      if (closed)
        throw new SessionError(
          "connection_lost",
          "This fleet of sessions was closed; nothing is opened any more.",
        );
      let member = members.get(machine);
      if (member !== undefined && member.opened !== null && !member.opened.session.connected) {
        await close(machine, member);
        member = members.get(machine);
      }
      member ??= start(machine, open);
      if (member.opened !== null) return member.opened.shared;
      member.waiting++;
      try {
        return await unlessAborted(member.opening as Promise<Session>, signal);
      } finally {
        member.waiting--;
        if (member.waiting === 0 && member.opened === null) {
          member.cancel.abort(signal?.reason);
          if (members.get(machine) === member) members.delete(machine);
        }
      }
    },
    close: (machine) => close(machine, members.get(machine)),
    async [Symbol.asyncDispose]() {
      closed = true;
      await Promise.all([...members].map(([machine, member]) => close(machine, member)));
    },
  };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
