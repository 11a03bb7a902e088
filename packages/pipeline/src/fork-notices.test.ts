import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { ForkNotices } from "./fork-notices.ts";

it("tells a message to the one whose call it came out of", async () => {
  const notices = new ForkNotices();
  const heard: string[] = [];
  const work = async (name: string, ms: number): Promise<void> => {
    await delay(ms);
    notices.tell(`${name} waits`);
  };
  notices.tell("nobody listens");
  await Promise.all(
    ["one", "two"].map((name, index) =>
      notices.hearing(
        (message) => void heard.push(`${name}: ${message}`),
        () => work(name, 20 - 10 * index),
      ),
    ),
  );
  notices.tell("nobody listens any more");
  expect(heard).toEqual(["two: two waits", "one: one waits"]);
});
