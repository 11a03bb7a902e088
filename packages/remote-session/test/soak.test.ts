import { expect, test } from "vitest";
import { soak } from "./support/soak.ts";

// `node benchmarks/soak.ts` does the same with 200 endpoints for five minutes.
test(
  "twelve machines under random faults: every run comes home, whole, and started once",
  { timeout: 180_000 },
  async () => {
    const result = await soak({
      endpoints: 12,
      servers: 2,
      seconds: 10,
      faultEveryMs: 150,
      pollMs: 300,
      graceSeconds: 100,
    });
    expect(result.wrong).toEqual([]);
    expect(result.right).toBe(12);
    expect(Object.keys(result.faults).length).toBeGreaterThan(5);
  },
);
