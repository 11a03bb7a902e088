import { expect, test } from "vitest";
import { Slots } from "./slots.ts";

test("gives places in order, takes each back once, and forgets who gave up waiting", async () => {
  const slots = new Slots(1);
  const never = new AbortController().signal;
  const release = await slots.take(never);
  const order: string[] = [];
  const gaveUp = new AbortController();
  const impatient = slots.take(gaveUp.signal);
  const second = slots.take(never).then((give) => (order.push("second"), give));
  const third = slots.take(never).then((give) => (order.push("third"), give));
  const reason = new Error("enough");
  gaveUp.abort(reason);
  await expect(impatient).rejects.toBe(reason);
  release();
  release();
  (await second)();
  expect(order).toEqual(["second"]);
  (await third)();
  expect(order).toEqual(["second", "third"]);
  await expect(slots.take(gaveUp.signal)).rejects.toBe(reason);
});
