import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "./services.ts";

/** The computer's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    try {
      await delay(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
