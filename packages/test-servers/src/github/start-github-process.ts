import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { type ControlAccess, remoteControl } from "./control/control-server.ts";
import type { GitHubOptions } from "./options.ts";
import type { GitHubServer } from "./start-github.ts";

/** A GitHub in a process of its own. */
export interface GitHubProcess extends GitHubServer {
  /** Where its controls are, for a third process: `remoteControl`. */
  readonly control: ControlAccess;
  readonly pid: number;
}

/**
 * Starts the emulator as a child process, so that it lives on when the program under test is killed, and answers while a test's own
 * process is busy. It ends with `dispose`, or with this process.
 *
 * @throws Error when it does not come up; the message holds what it printed
 */
export async function startGitHubProcess(options: GitHubOptions = {}): Promise<GitHubProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("main.ts", import.meta.url))], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (errors.length < 10_000) errors += text;
  });
  const ended = once(child, "exit");
  child.stdin.on("error", () => {}); // It ended: told below.
  child.stdin.write(`${JSON.stringify(options)}\n`);
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, "line") as Promise<[string]>, ended.then(() => null)]);
  if (first === null) throw new Error(`The emulator did not come up. It printed: ${errors}`);
  const { access, control } = JSON.parse(first[0]) as {
    access: Pick<GitHubServer, "serverUrl" | "apiUrl" | "port">;
    control: ControlAccess;
  };
  const dispose = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return {
    ...access,
    ...remoteControl(control),
    control,
    pid: child.pid ?? 0,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
