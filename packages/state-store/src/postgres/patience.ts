import { setTimeout as wait } from "node:timers/promises";
import { isConflict, isLost, isStalePlan } from "./store-error.ts";

const LONGEST_PAUSE_MS = 500;

/**
 * Does `act` again while what stopped it wrote nothing and may pass: the server is away, another transaction won. Up to
 * `patienceMs`. A commit whose answer got lost is not among them: doing it again could do it twice.
 */
export async function patiently<Result>(act: () => Promise<Result>, patienceMs: number): Promise<Result> {
  const deadline = performance.now() + patienceMs;
  for (let pause = 5; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await act();
    } catch (error) {
      const mayPass = isLost(error) || isConflict(error) || isStalePlan(error);
      if (!mayPass || performance.now() + pause > deadline) throw error;
      await wait(pause * (0.5 + Math.random() / 2));
    }
  }
}
