import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { environment, MAIN } from "./uo.ts";

/** Runs `uo start` and sends it SIGKILL as soon as the condition holds. Throws when it ends before. */
export async function uoKilledWhen(
  env: Readonly<Record<string, string>>,
  folder: string,
  condition: () => Promise<boolean>,
): Promise<void> {
  const child = spawn(process.execPath, [MAIN, "start"], {
    cwd: folder,
    env: { ...environment(folder), ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const ended = once(child, "exit");
  const deadline = Date.now() + 100_000;
  while (!(await condition())) {
    if (child.exitCode !== null) throw new Error(`uo ended before it could be killed: ${errors}`);
    if (Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`nothing to kill uo at within 100 s: ${errors}`);
    }
    await sleep(20);
  }
  child.kill("SIGKILL");
  await ended;
}
