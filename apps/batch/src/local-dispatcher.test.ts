import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { localDispatcher } from "./local-dispatcher.ts";

it("hands out the longest due first, and no more at once than it may", async () => {
  await using dispatcher = localDispatcher({ concurrency: 2 });
  await dispatcher.enqueue(["late"], new Date(Date.now() - 1000));
  await dispatcher.enqueue(["later", "latest"]);
  await dispatcher.enqueue(["early"], new Date(0));
  await dispatcher.enqueue(["tomorrow"], new Date(Date.now() + 86_400_000));
  const stop = new AbortController();
  const begun: string[] = [];
  let active = 0;
  let most = 0;
  await dispatcher.work(async (id) => {
    begun.push(id);
    active += 1;
    most = Math.max(most, active);
    await wait(5);
    active -= 1;
    if (begun.length === 4) stop.abort();
    return null;
  }, stop.signal);
  expect(begun).toEqual(["early", "late", "later", "latest"]);
  expect(most).toBe(2);
  expect(await dispatcher.counts()).toEqual({ waiting: 1, active: 0 });
});

it("looks again when the handler says so, and once more when it was asked meanwhile, never twice at once", async () => {
  await using dispatcher = localDispatcher({ concurrency: 5 });
  const stop = new AbortController();
  let looks = 0;
  let active = 0;
  await dispatcher.enqueue(["a"]);
  await dispatcher.work(async () => {
    active += 1;
    expect(active).toBe(1);
    looks += 1;
    if (looks === 1) await dispatcher.enqueue(["a"]);
    await wait(5);
    active -= 1;
    if (looks === 2) return new Date(Date.now() + 10);
    if (looks === 3) stop.abort();
    return null;
  }, stop.signal);
  expect(looks).toBe(3);
});

it("lets a project that failed come back, and tells of it", async () => {
  const errors: unknown[] = [];
  const onError = (error: unknown, id: string | null): void => void errors.push([id, error]);
  await using dispatcher = localDispatcher({ concurrency: 1, retryMs: 1, onError });
  const stop = new AbortController();
  let looks = 0;
  await dispatcher.enqueue(["a"]);
  await dispatcher.work(async () => {
    looks += 1;
    if (looks === 1) throw new Error("once");
    stop.abort();
    return null;
  }, stop.signal);
  expect(looks).toBe(2);
  expect(errors).toEqual([["a", expect.objectContaining({ message: "once" })]]);
});

it("waits for its handlers when it is told to stop, and keeps the projects that it ended", async () => {
  await using dispatcher = localDispatcher({ concurrency: 1 });
  const stop = new AbortController();
  await dispatcher.enqueue(["a", "b"]);
  let over = false;
  await dispatcher.work(async (_id, signal) => {
    stop.abort();
    await wait(10);
    over = true;
    signal.throwIfAborted();
    return null;
  }, stop.signal);
  expect(over).toBe(true);
  expect(await dispatcher.counts()).toEqual({ waiting: 2, active: 0 });
});

it("acts at the times of a schedule until it is told to stop", async () => {
  await using dispatcher = localDispatcher({ concurrency: 1 });
  await dispatcher.schedule("sweep", "* * * * *", async () => {}, AbortSignal.timeout(20));
  await expect(
    dispatcher.schedule("x", "not a cron", async () => {}, AbortSignal.timeout(1000)),
  ).rejects.toThrow();
});
