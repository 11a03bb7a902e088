// pnpm uo …: the command line.
import { runApp } from "./run-app.mjs";

runApp("apps/cli/src/main.ts", { env: { UNIVERSE_COMMAND: "npx pnpm uo" } });
