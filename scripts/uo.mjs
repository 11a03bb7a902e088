// pnpm uo …: the command line from the sources, in the folder where the user stands (pnpm runs scripts at the top).
import { spawn } from "node:child_process";
import { join } from "node:path";
import { environment, node24, root, setUp } from "./setup.mjs";

setUp();
const child = spawn(node24, [join(root, "apps/cli/src/main.ts"), ...process.argv.slice(2)], {
  cwd: process.env.INIT_CWD ?? process.cwd(),
  stdio: "inherit",
  env: { ...environment, UNIVERSE_COMMAND: "npx pnpm uo" },
});
// Ctrl-C reaches the whole foreground group; the child decides what to do with it.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
