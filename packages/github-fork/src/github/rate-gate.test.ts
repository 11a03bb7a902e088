import { beforeEach, expect, test } from "vitest";

import type { ForkClock } from "./clock.ts";
import { processMemory, type ForkMemory } from "./memory.ts";
import { defaultPace, type Pace } from "./pace.ts";
import { RateGate, type RequestKind } from "./rate-gate.ts";
import type { LimitedAnswer } from "./rate-limit.ts";

// Time stands still but for sleepers: whoever sleeps moves it to the moment at which he wakes.
let now = 0;
const clock: ForkClock = {
  now: () => now,
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    const until = now + ms;
    await Promise.resolve();
    signal?.throwIfAborted();
    now = Math.max(now, until);
  },
};
let memory: ForkMemory;
const gate = (pace: Partial<Pace> = {}): RateGate =>
  new RateGate("key", { clock, memory, pace: { ...defaultPace, ...pace } });
const good: LimitedAnswer = { status: 200, headers: {}, message: "" };
const limited: LimitedAnswer = { status: 403, headers: {}, message: "secondary rate limit" };
const ask = async (
  through: RateGate,
  kind: RequestKind = "read",
  answer = good,
  resource = "core",
): Promise<number> => {
  const { answer: sent } = await through.pass(kind, resource, undefined, () =>
    Promise.resolve({ ...answer, at: clock.now() }),
  );
  return (sent as LimitedAnswer & { at: number }).at;
};

beforeEach(() => {
  now = Date.parse("2025-01-02T03:00:00Z");
  memory = processMemory(clock.now);
});

test("a second lies between two writes, and none between reads", async () => {
  const door = gate();
  const begin = now;
  expect([await ask(door), await ask(door)]).toEqual([begin, begin]);
  const writes = [await ask(door, "write"), await ask(door, "create"), await ask(door, "write")];
  expect(writes).toEqual([begin, begin + 1000, begin + 2000]);
  expect(await ask(door)).toBe(begin + 2000);
});

test("one request at a time, whoever asks", async () => {
  const door = gate();
  let running = 0;
  let most = 0;
  const act = async (): Promise<LimitedAnswer> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    running--;
    return good;
  };
  await Promise.all(Array.from({ length: 10 }, () => door.pass("read", "core", undefined, act)));
  expect(most).toBe(1);
});

test("at a limit that names no time, nobody asks for a minute, then two, then four", async () => {
  const door = gate();
  const begin = now;
  const seen: number[] = [];
  for (let i = 0; i < 3; i++) seen.push(await ask(door, "read", limited));
  seen.push(await ask(door));
  expect(seen).toEqual([0, 60, 180, 420].map((seconds) => begin + seconds * 1000));
  // A success ends the growth.
  await ask(door, "read", limited);
  expect(await ask(door)).toBe(begin + 480_000);
});

test("a read that succeeds does not end the growth of limits on writes", async () => {
  const door = gate({ writePauseMs: 0 });
  const begin = now;
  await ask(door, "create", limited);
  expect(await ask(door)).toBe(begin + 60_000);
  await ask(door, "create", limited);
  expect(await ask(door, "create")).toBe(begin + 180_000);
});

test("no pause is longer than the longest", async () => {
  const door = gate({ longestPauseMs: 100_000 });
  const begin = now;
  for (let i = 0; i < 3; i++) await ask(door, "read", limited);
  expect(await ask(door)).toBe(begin + 60_000 + 100_000 + 100_000);
});

test("Retry-After counts as it is", async () => {
  const door = gate();
  const begin = now;
  await ask(door, "read", { ...limited, headers: { "retry-after": "7" } });
  expect(await ask(door)).toBe(begin + 7000);
});

test("an hour's budget that is used up holds back its own resource", async () => {
  const door = gate();
  const begin = now;
  const reset = String(begin / 1000 + 300);
  const headers = {
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": reset,
    "x-ratelimit-resource": "search",
  };
  // Already the last success says so.
  await ask(door, "read", { ...good, headers }, "search");
  expect(await ask(door)).toBe(begin);
  expect(await ask(door, "read", good, "search")).toBe(begin + 301_000);
});

test("a cool-down outlives its gate", async () => {
  const begin = now;
  await ask(gate(), "read", limited);
  expect(await ask(gate())).toBe(begin + 60_000);
  memory = processMemory(clock.now);
  expect(await ask(gate())).toBe(begin + 60_000);
});

test("another process's cool-down is noticed", async () => {
  const one = gate();
  await ask(one);
  now += 10_000;
  const begin = now;
  await ask(gate(), "read", limited);
  expect(await ask(one)).toBe(begin + 60_000);
});

test("points a minute, creations a minute and an hour", async () => {
  const begin = now;
  const points = gate({ pointsPerMinute: 10, writePauseMs: 0 });
  for (let i = 0; i < 2; i++) await ask(points, "write");
  expect(await ask(points)).toBe(begin + 60_000);

  now = begin;
  const minute = gate({ createsPerMinute: 2, writePauseMs: 0 });
  for (let i = 0; i < 2; i++) await ask(minute, "create");
  expect(await ask(minute, "write")).toBe(begin);
  expect(await ask(minute, "create")).toBe(begin + 60_000);

  now = begin;
  const hour = gate({ createsPerHour: 2, writePauseMs: 0 });
  for (let i = 0; i < 2; i++) await ask(hour, "create");
  expect(await ask(hour, "create")).toBe(begin + 3_600_000);
});

test("a signal ends every wait", async () => {
  const door = gate();
  await ask(door, "read", limited);
  const controller = new AbortController();
  const reason = new Error("enough");
  const slow: ForkClock = {
    now: clock.now,
    sleep: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason as Error));
      }),
  };
  const waiting = new RateGate("key", { clock: slow, memory, pace: defaultPace });
  const promise = waiting.pass("read", "core", controller.signal, () => Promise.resolve(good));
  setImmediate(() => controller.abort(reason));
  await expect(promise).rejects.toBe(reason);
});

test("who fails lets the next one in", async () => {
  const door = gate();
  await expect(door.pass("read", "core", undefined, () => Promise.reject(new Error("cut")))).rejects.toThrow(
    "cut",
  );
  await ask(door);
});

test("outlives the memory of one who asked before, and learns from that of one who comes later", async () => {
  let closed = false;
  const first: ForkMemory = {
    get: async (key) => await (closed ? Promise.reject(new Error("closed")) : memory.get(key)),
    set: async (key, value, ttlMs) =>
      await (closed ? Promise.reject(new Error("closed")) : memory.set(key, value, ttlMs)),
  };
  const shared = new RateGate("key", { clock, memory: first, pace: defaultPace });
  await ask(shared);
  const second = processMemory(clock.now);
  await second.set("cooldown:key", JSON.stringify({ until: now + 30_000, strikes: 1 }), 60_000);
  shared.share(second);
  closed = true;
  const before = now;
  expect(await ask(shared)).toBe(before + 30_000);
  await ask(shared, "write", limited);
  expect(JSON.parse((await second.get("cooldown:key")) ?? "")).toEqual({ until: now + 60_000, strikes: 1 });
});
