import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,apps}/*/{src,test}/**/*.test.ts"],
    // Real servers and child processes on noisy two-core machines: limits only catch what hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Each test file starts processes of its own, so more workers than cores only slow each other down.
    maxWorkers: 2,
    reporters: ["default"],
  },
});
