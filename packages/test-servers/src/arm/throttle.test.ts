import { expect, test } from "vitest";
import { bucketOf, Throttle } from "./throttle.ts";

test("methods draw from their own buckets", () => {
  expect(["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"].map(bucketOf)).toEqual([
    "reads",
    "reads",
    "writes",
    "writes",
    "writes",
    "deletes",
  ]);
});

test("Azure's own limits: 250 reads at once, then 25 a second; 200 writes, then 10 a second", () => {
  const throttle = new Throttle({});
  const admitted = (bucket: "reads" | "writes", now: number): number => {
    let count = 0;
    while (throttle.admit("app", bucket, 1, now).retryAfterSeconds === null) count++;
    return count;
  };
  expect([admitted("reads", 0), admitted("writes", 0)]).toEqual([250, 200]);
  expect([admitted("reads", 2000), admitted("writes", 2000)]).toEqual([50, 20]);
  expect(throttle.admit("another", "reads", 1, 2000)).toEqual({ retryAfterSeconds: null, remaining: 249 });
});

test("who comes within the window is recorded, unless the request was on its way already", () => {
  const throttle = new Throttle({ reads: { capacity: 1, perSecond: 0.5 }, graceMs: 100 });
  throttle.admit("app", "reads", 1, 0);
  expect(throttle.admit("app", "reads", 2, 0).retryAfterSeconds).toBe(2);
  throttle.admit("app", "reads", 3, 90);
  expect(throttle.violations).toEqual([]);
  throttle.admit("app", "reads", 4, 1500);
  expect(throttle.violations).toMatchObject([
    { call: 4, bucket: "reads", earlyMs: expect.any(Number) as number },
  ]);
  throttle.admit("app", "writes", 5, 1500);
  throttle.admit("app", "reads", 6, 10_000);
  expect(throttle.violations).toHaveLength(1);
});

test("without limits only a 429 that a fault answered opens a window", () => {
  const throttle = new Throttle(null);
  for (let call = 0; call < 1000; call++)
    expect(throttle.admit("app", "reads", call, 0).retryAfterSeconds).toBeNull();
  throttle.refuse("app", "reads", 5, 0);
  throttle.admit("app", "reads", 1001, 4000);
  expect(throttle.violations).toEqual([{ call: 1001, bucket: "reads", earlyMs: 1000, afterMs: 4000 }]);
});
