import { expect, test } from "vitest";

import { turnstile } from "./turnstile.ts";

test("lets one in at a time, in the order of arrival, and forgets who gave up", async () => {
  const door = turnstile();
  const order: string[] = [];
  const first = await door.enter();
  const controller = new AbortController();
  const reason = new Error("enough");
  const come = async (name: string, signal?: AbortSignal): Promise<void> => {
    using _ = await door.enter(signal);
    order.push(name);
  };
  const all = [come("a"), come("gone", controller.signal), come("b")];
  controller.abort(reason);
  await expect(all[1]).rejects.toBe(reason);
  expect(order).toEqual([]);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  await Promise.all([all[0], all[2]]);
  expect(order).toEqual(["a", "b"]);
  await expect(door.enter(AbortSignal.abort(reason))).rejects.toBe(reason);
  (await door.enter())[Symbol.dispose]();
});
