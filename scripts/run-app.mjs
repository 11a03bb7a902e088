// An app from the sources, in the folder where the user stands (pnpm runs scripts at the top).
import { spawn } from "node:child_process";
import { join } from "node:path";
import { environment, node24, root, setUp } from "./setup.mjs";

export function runApp(main, { flags = [], env = {} } = {}) {
  setUp();
  const child = spawn(node24, [...flags, join(root, main), ...process.argv.slice(2)], {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: "inherit",
    env: { ...environment, ...env },
  });
  // Ctrl-C reaches the whole foreground group; the child decides what to do with it.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}
