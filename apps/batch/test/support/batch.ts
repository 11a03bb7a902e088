import { fileURLToPath } from "node:url";
import { type ChildRun, runToEnd, runUntilKilled } from "@universe-optimize/test-servers/crash";

export const MAIN: string = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** Only what a service manager would give. */
export const environment = (home: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: home,
  LANG: "C.UTF-8",
  XDG_CACHE_HOME: fileURLToPath(new URL("../../node_modules/.cache", import.meta.url)),
  ...more,
});

/** Runs `universe-batch` to its end. */
export function batch(folder: string, ...args: readonly string[]): Promise<ChildRun> {
  return batchWith({}, folder, ...args);
}

export function batchWith(
  more: NodeJS.ProcessEnv,
  folder: string,
  ...args: readonly string[]
): Promise<ChildRun> {
  return runToEnd({
    command: [process.execPath, MAIN, ...args],
    cwd: folder,
    env: environment(folder, more),
    timeoutMs: 300_000,
  });
}

/** Runs it and sends SIGKILL at the first line of its log that `when` accepts. */
export function batchKilled(
  folder: string,
  args: readonly string[],
  when: (line: string) => boolean,
): Promise<ChildRun> {
  return runUntilKilled({
    command: ["sh", "-c", 'exec "$@" 2>&1', "sh", process.execPath, MAIN, ...args],
    cwd: folder,
    env: environment(folder),
    when: (line) => when(line),
    timeoutMs: 300_000,
  });
}

/** The JSON of a `--json` call. */
export function json(run: ChildRun): Record<string, unknown> {
  return JSON.parse(run.stdout) as Record<string, unknown>;
}
