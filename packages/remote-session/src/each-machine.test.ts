import { expect, test } from "vitest";
import { eachMachine } from "./each-machine.ts";

test("keeps to its bound and to the order, and one that fails stops nothing", async () => {
  let running = 0;
  let most = 0;
  const results = await eachMachine(
    [3, 1, 2, 0],
    async (machine, index) => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < machine; turn++) await Promise.resolve();
      running--;
      if (machine === 2) throw new Error("no");
      return machine * 10 + index;
    },
    { concurrency: 2 },
  );
  expect(most).toBe(2);
  expect(results).toMatchObject([
    { value: 30 },
    { value: 11 },
    { status: "rejected", reason: { message: "no" } },
    { value: 3 },
  ]);
});

test("machines that hang delay nobody", async () => {
  const done: string[] = [];
  let wake: () => void = () => {};
  const all = eachMachine(
    ["dead", "a", "b"],
    async (machine) => {
      if (machine === "dead") await new Promise<void>((resolve) => (wake = resolve));
      done.push(machine);
      if (machine === "b") wake();
    },
    { concurrency: 1, slowAfterMs: 20 },
  );
  await all;
  expect(done).toEqual(["a", "b", "dead"]);
});

test("begins nothing after an abort", async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const all = eachMachine(
    [1, 2, 3],
    async (machine) => {
      seen.push(machine);
      if (machine === 2) stop.abort(new Error("stopped"));
    },
    { concurrency: 1, signal: stop.signal },
  );
  await expect(all).rejects.toThrow("stopped");
  expect(seen).toEqual([1, 2]);
});
