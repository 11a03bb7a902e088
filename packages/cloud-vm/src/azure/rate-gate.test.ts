import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { processMemory } from "./memory.ts";
import { RateGate, type RateBucket, type Urgency } from "./rate-gate.ts";

const slow = { capacity: 2, perSecond: 1 };
const LIMITS = { reads: slow, writes: slow, deletes: slow };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Enters one after the other and says who got in. */
function queue(gate: RateGate): {
  in: string[];
  add(name: string, bucket: RateBucket, urgency: Urgency, signal?: AbortSignal): Promise<void>;
} {
  const entered: string[] = [];
  return {
    in: entered,
    add: async (name, bucket, urgency, signal) => {
      await gate.enter(bucket, urgency, signal);
      entered.push(name);
      gate.leave(bucket, null);
    },
  };
}

it("lets a burst through, then one for each token", async () => {
  const gate = new RateGate(LIMITS);
  const line = queue(gate);
  for (const name of ["a", "b", "c", "d"]) void line.add(name, "writes", 1);
  await vi.advanceTimersByTimeAsync(0);
  expect(line.in).toEqual(["a", "b"]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(line.in).toEqual(["a", "b", "c"]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(line.in).toEqual(["a", "b", "c", "d"]);
});

it("gains nothing before the first answer: logging in may take longer than a token", async () => {
  const gate = new RateGate(LIMITS);
  const sent: string[] = [];
  for (const name of ["a", "b", "c"]) void gate.enter("writes", 1).then(() => sent.push(name));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sent).toEqual(["a", "b"]);
  gate.leave("writes", null);
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent).toEqual(["a", "b", "c"]);
});

it("keeps buckets apart, and lets removals go before polls", async () => {
  const gate = new RateGate(LIMITS);
  const line = queue(gate);
  for (const name of ["r1", "r2"]) void line.add(name, "reads", 1);
  await vi.advanceTimersByTimeAsync(0);
  void line.add("poll", "reads", 2);
  void line.add("look", "reads", 1);
  void line.add("gone?", "reads", 0);
  void line.add("delete", "deletes", 0);
  await vi.advanceTimersByTimeAsync(0);
  expect(line.in).toEqual(["r1", "r2", "delete"]);
  await vi.advanceTimersByTimeAsync(3000);
  expect(line.in).toEqual(["r1", "r2", "delete", "gone?", "look", "poll"]);
});

it("sends nothing of a bucket before a pause is over, and then at its pace", async () => {
  const gate = new RateGate(LIMITS);
  const line = queue(gate);
  gate.pause("writes", 5000);
  for (const name of ["a", "b", "c"]) void line.add(name, "writes", 1);
  void line.add("r", "reads", 1);
  await vi.advanceTimersByTimeAsync(4999);
  expect(line.in).toEqual(["r"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(line.in).toEqual(["r", "a", "b"]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(line.in).toEqual(["r", "a", "b", "c"]);
});

it("believes Azure when that has less left", async () => {
  const gate = new RateGate({ ...LIMITS, reads: { capacity: 100, perSecond: 1 } });
  await gate.enter("reads", 1);
  gate.leave("reads", 0);
  const line = queue(gate);
  void line.add("next", "reads", 1);
  await vi.advanceTimersByTimeAsync(900);
  expect(line.in).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(line.in).toEqual(["next"]);
});

it("lets nobody wait who was aborted", async () => {
  const gate = new RateGate(LIMITS);
  const line = queue(gate);
  gate.pause("reads", 10_000);
  const control = new AbortController();
  const waiting = line.add("a", "reads", 1, control.signal);
  void line.add("b", "reads", 1);
  control.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  await expect(line.add("c", "reads", 1, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(line.in).toEqual(["b"]);
});

it("has 64 requests under way at most", async () => {
  const many = { capacity: 1000, perSecond: 1000 };
  const gate = new RateGate({ reads: many, writes: many, deletes: many });
  let entered = 0;
  for (let count = 0; count < 100; count++) void gate.enter("reads", 2).then(() => (entered += 1));
  await vi.advanceTimersByTimeAsync(10);
  expect(entered).toBe(64);
  let removed = false;
  void gate.enter("deletes", 0).then(() => (removed = true));
  gate.leave("reads", null);
  await vi.advanceTimersByTimeAsync(10);
  expect({ entered, removed }).toEqual({ entered: 64, removed: true });
});

it("passes a pause on to the next process", async () => {
  const memory = processMemory();
  const one = new RateGate(LIMITS);
  await one.share(memory, "key");
  one.pause("writes", 5000);
  await vi.advanceTimersByTimeAsync(1000);
  const other = new RateGate(LIMITS);
  await other.share(memory, "key");
  const line = queue(other);
  void line.add("a", "writes", 1);
  await vi.advanceTimersByTimeAsync(3999);
  expect(line.in).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(line.in).toEqual(["a"]);
});
