import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type ArmAccess, type ArmControl, CONTROLS } from "./control.ts";
import type { ArmOptions } from "./types.ts";

/** Options as JSON: the only backing that can be named is `sshd`. */
export interface ArmProcessOptions extends Omit<ArmOptions, "backing"> {
  readonly backing?: "sshd";
}

/** An emulator in a process of its own. */
export interface ArmProcess extends ArmAccess, ArmControl, AsyncDisposable {
  /** Where its controls are, for a third process. */
  readonly control: { readonly url: string; readonly token: string };
  stop(): Promise<void>;
}

/**
 * Starts an emulator as a child process, so that it lives on when the program under test is killed. It ends with `stop`, or with this
 * process.
 *
 * @throws Error when it does not come up; the message holds what it printed.
 */
export async function startArmProcess(options: ArmProcessOptions = {}): Promise<ArmProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./main.ts", import.meta.url))], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (errors.length < 10_000) errors += text;
  });
  const ended = once(child, "exit");
  child.stdin.on("error", () => {}); // it ended: told below
  child.stdin.write(`${JSON.stringify(options)}\n`);
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, "line") as Promise<[string]>, ended.then(() => null)]);
  if (first === null) throw new Error(`The emulator did not come up. It printed: ${errors}`);
  const { access, control } = JSON.parse(first[0]) as {
    access: ArmAccess;
    control: ArmProcess["control"];
  };
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  return { ...access, ...remoteControl(control), control, stop, [Symbol.asyncDispose]: stop };
}

/** The controls of an emulator in another process. */
export function remoteControl(control: ArmProcess["control"]): ArmControl {
  const call = async (name: string, args: readonly unknown[]): Promise<unknown> => {
    const response = await fetch(`${control.url}/${name}`, {
      method: "POST",
      headers: { authorization: `Bearer ${control.token}` },
      body: JSON.stringify(args),
    });
    const answer = (await response.json()) as { result?: unknown; message?: string };
    if (!response.ok) throw new Error(answer.message ?? `The emulator answered ${response.status}.`);
    return answer.result;
  };
  return Object.fromEntries(
    CONTROLS.map((name) => [name, (...args: unknown[]) => call(name, args)]),
  ) as unknown as ArmControl;
}
