// pnpm universe-batch …: the unattended program from the sources, in the folder where the user stands (pnpm runs scripts at the top).
import { spawn } from "node:child_process";
import { join } from "node:path";
import { environment, node24, root, setUp } from "./setup.mjs";

setUp();
const main = join(root, "apps/batch/src/main.ts");
const child = spawn(
  node24,
  ["--max-semi-space-size=4", "--heap-growing-percent=40", main, ...process.argv.slice(2)],
  {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: "inherit",
    env: environment,
  },
);
// Ctrl-C reaches the whole foreground group; the child decides what to do with it.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
