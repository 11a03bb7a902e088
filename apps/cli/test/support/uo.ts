import { fileURLToPath } from "node:url";
import { type ChildRun, runToEnd, runUntilKilled } from "@universe-optimize/test-servers/crash";

export const MAIN: string = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** Only what a stranger's shell would give. */
export const environment = (home: string): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: home,
  LANG: "C.UTF-8",
  NO_COLOR: "1",
  // Compiled code, shared by the tests and outside of what they look at.
  XDG_CACHE_HOME: fileURLToPath(new URL("../../node_modules/.cache", import.meta.url)),
});

/** Runs `uo` to its end. */
export function uo(folder: string, ...args: readonly string[]): Promise<ChildRun> {
  return runToEnd({
    command: [process.execPath, MAIN, ...args],
    cwd: folder,
    env: environment(folder),
    timeoutMs: 400_000,
  });
}

/** Runs `uo` to its end with further environment variables. */
export async function uoWith(
  env: Readonly<Record<string, string>>,
  folder: string,
  ...args: readonly string[]
): Promise<ChildRun> {
  return await runToEnd({
    command: [process.execPath, MAIN, ...args],
    cwd: folder,
    env: { ...environment(folder), ...env },
    timeoutMs: 400_000,
  });
}

/** Runs `uo` and sends it SIGKILL at the first line, of either output, that `when` accepts. */
export function uoKilled(
  folder: string,
  args: readonly string[],
  when: (line: string) => boolean,
  env: Readonly<Record<string, string>> = {},
): Promise<ChildRun> {
  // exec: the process that is killed is node itself.
  return runUntilKilled({
    command: ["sh", "-c", 'exec "$@" 2>&1', "sh", process.execPath, MAIN, ...args],
    cwd: folder,
    env: { ...environment(folder), ...env },
    when: (line) => when(line),
    timeoutMs: 400_000,
  });
}

/** The JSON of a `--json` call. */
export function json(run: ChildRun): Record<string, unknown> {
  return JSON.parse(run.stdout) as Record<string, unknown>;
}
