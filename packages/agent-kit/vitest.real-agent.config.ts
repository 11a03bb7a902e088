import { defineConfig } from "vitest/config";

/** The real Claude Code, installed from npm (about 380 MB), against a scripted API on this computer. Not part of the default suite. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["real-agent/**/*.suite.ts"],
    globalSetup: ["real-agent/install.ts"],
    testTimeout: 180_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
