import { expect, test, vi } from "vitest";
import { sessionFleet } from "./session-fleet.ts";
import type { Session } from "./session.ts";

/** A session that counts how often it was closed, and whose `exec` takes as long as the test wants. */
function fakeSession() {
  const state = { connected: true, closed: 0, finish: (): void => {} };
  const session = {
    home: "/home/user",
    get connected() {
      return state.connected;
    },
    exec: () =>
      new Promise<{ stdout: string }>((resolve) => {
        state.finish = () => resolve({ stdout: "done" });
      }),
    shell: () => ({ run: async () => ({ exitCode: 0, stdout: "" }) }),
    job: () => ({ name: "x", status: async () => ({ state: "running" }) }),
    [Symbol.asyncDispose]: async () => {
      state.connected = false;
      state.closed++;
    },
  } as unknown as Session;
  return { session, state };
}

test("opens one session a machine, shares it while it is being opened, and replaces a lost one", async () => {
  await using fleet = sessionFleet();
  const first = fakeSession();
  const open = vi.fn<() => Promise<Session>>(async () => first.session);
  const [one, two] = await Promise.all([fleet.get("a", open), fleet.get("a", open)]);
  expect(one).toBe(two);
  expect(open).toHaveBeenCalledTimes(1);
  await one[Symbol.asyncDispose]();
  expect(await fleet.get("a", open)).toBe(one);
  first.state.connected = false;
  const second = fakeSession();
  const next = await fleet.get("a", async () => second.session);
  expect(next.connected).toBe(true);
  expect(next).not.toBe(one);
  expect(fleet.size).toBe(1);
  await fleet.close("a");
  expect([second.state.closed, fleet.size]).toEqual([1, 0]);
});

test("opens no more at once than it may, first come first served", async () => {
  await using fleet = sessionFleet({ maxConnecting: 2, slowAfterMs: Infinity });
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const all = Array.from({ length: 5 }, (_, index) =>
    fleet.get(`m${index}`, async () => {
      started.push(index);
      await new Promise<void>((resolve) => finish.push(resolve));
      return fakeSession().session;
    }),
  );
  for (const count of [2, 3, 4, 5, 5]) {
    await expect.poll(() => started.length).toBe(count);
    finish.shift()?.();
  }
  await Promise.all(all);
  expect(started).toEqual([0, 1, 2, 3, 4]);
});

test("a machine that does not answer delays nobody, and waits apart the next time", async () => {
  await using fleet = sessionFleet({ maxConnecting: 1, slowAfterMs: 20 });
  const hang = (signal: AbortSignal): Promise<Session> =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
  const giveUp = new AbortController();
  const dead = fleet.get("dead", hang, giveUp.signal);
  await fleet.get("alive", async () => fakeSession().session);
  giveUp.abort(new Error("enough"));
  await expect(dead).rejects.toThrow("enough");

  const refuse = async (): Promise<Session> => {
    throw new Error("refused");
  };
  await expect(fleet.get("refusing", refuse)).rejects.toThrow("refused");
  // Its last handshake failed: it does not take the only first place, although it never ends.
  const strict = sessionFleet({ maxConnecting: 1, slowAfterMs: Infinity });
  await expect(strict.get("refusing", refuse)).rejects.toThrow("refused");
  const again = strict.get("refusing", hang);
  await strict.get("alive", async () => fakeSession().session);
  await Promise.all([
    expect(again).rejects.toMatchObject({ code: "connection_lost" }),
    strict.close("refusing"),
  ]);
  await strict[Symbol.asyncDispose]();
});

test("opening is given up when the last who waits for it leaves, not before", async () => {
  await using fleet = sessionFleet();
  const { session, state } = fakeSession();
  let opened: (session: Session) => void = () => {};
  let given: AbortSignal | undefined;
  const open = (signal: AbortSignal): Promise<Session> => {
    given = signal;
    return new Promise((resolve) => (opened = resolve));
  };
  const [first, second] = [new AbortController(), new AbortController()];
  const waits = [fleet.get("a", open, first.signal), fleet.get("a", open, second.signal)];
  const outcomes = Promise.allSettled(waits);
  first.abort(new Error("first"));
  await expect(waits[0]).rejects.toThrow("first");
  expect(given?.aborted).toBe(false);
  second.abort(new Error("second"));
  await outcomes;
  expect(given?.aborted).toBe(true);
  opened(session);
  await expect.poll(() => state.closed).toBe(1);
  expect(fleet.size).toBe(0);
});

test("closes what is idle, and nothing on which a call runs", async () => {
  vi.useFakeTimers();
  try {
    await using fleet = sessionFleet({ idleCloseMs: 1_000 });
    const { session, state } = fakeSession();
    const shared = await fleet.get("a", async () => session);
    const running = shared.exec("sleep");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(state.closed).toBe(0);
    state.finish();
    expect((await running).stdout).toBe("done");
    await vi.advanceTimersByTimeAsync(900);
    await shared.job("x").status();
    await vi.advanceTimersByTimeAsync(900);
    await shared.shell().run("true");
    await vi.advanceTimersByTimeAsync(900);
    expect([state.closed, fleet.size]).toEqual([0, 1]);
    await vi.advanceTimersByTimeAsync(200);
    expect([state.closed, fleet.size]).toEqual([1, 0]);
  } finally {
    vi.useRealTimers();
  }
});

test("once closed it opens nothing", async () => {
  const fleet = sessionFleet();
  const { session, state } = fakeSession();
  await fleet.get("a", async () => session);
  await fleet[Symbol.asyncDispose]();
  expect(state.closed).toBe(1);
  await expect(fleet.get("a", async () => session)).rejects.toMatchObject({ code: "connection_lost" });
});
