import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect } from "vitest";
import { environment, MAIN } from "./batch.ts";

/** A running `universe-batch`, with the lines of its log. */
export class Service implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly lines: Record<string, unknown>[] = [];
  readonly exited: Promise<unknown>;

  constructor(folder: string, ...args: readonly string[]) {
    this.child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      env: environment(folder),
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.exited = once(this.child, "exit");
    if (this.child.stderr !== null)
      createInterface(this.child.stderr).on("line", (line) => {
        try {
          this.lines.push(JSON.parse(line) as Record<string, unknown>);
        } catch {
          this.lines.push({ msg: line });
        }
      });
  }

  async until(
    test: (line: Record<string, unknown>) => boolean,
    timeout = 60_000,
  ): Promise<Record<string, unknown>> {
    await expect.poll(() => this.lines.some(test), { timeout, interval: 50 }).toBe(true);
    return this.lines.find(test) ?? {};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGKILL");
    await this.exited;
  }
}
