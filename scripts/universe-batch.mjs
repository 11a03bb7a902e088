// pnpm universe-batch …: the unattended program, with the memory settings of its service.
import { runApp } from "./run-app.mjs";

runApp("apps/batch/src/main.ts", {
  flags: ["--max-semi-space-size=4", "--heap-growing-percent=40"],
  env: { MALLOC_ARENA_MAX: "1" },
});
