import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";
import type { Program } from "./run-on-channel.ts";

/** What a client says of its terminal. */
export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

const run = promisify(execFile);
let scriptFound: Promise<boolean> | null = null;

/** Whether util-linux's `script` is here: the one usual program that gives a pseudo-terminal to a command. */
export function hasScript(): Promise<boolean> {
  scriptFound ??= run("script", ["--version"]).then(
    ({ stdout }) => stdout.includes("util-linux"),
    () => false, // none, or the one of BSD and macOS, which has other options
  );
  return scriptFound;
}

/** The shell of a person: bash where there is one. */
export const INTERACTIVE_SHELL = "command -v bash >/dev/null 2>&1 && exec bash -i; exec sh -i";

/** The same program behind a pseudo-terminal of the given size. */
export function onTerminal(
  command: string,
  size: TerminalSize,
  program: Pick<Program, "cwd" | "env">,
): Program {
  const inner = `stty sane rows ${sizeOf(size.rows, 24)} cols ${sizeOf(size.cols, 80)} 2>/dev/null; ${command}`;
  return { ...program, file: "script", args: ["-q", "-e", "-f", "-c", inner, "/dev/null"] };
}

/** Tells the pseudo-terminal behind a running `script` its new size (Linux). Nothing happens when it cannot be found. */
export async function resizeTerminal(scriptPid: number, size: TerminalSize): Promise<void> {
  try {
    const children = await readFile(`/proc/${scriptPid}/task/${scriptPid}/children`, "latin1");
    const child = children.trim().split(" ")[0] ?? "";
    if (!/^\d+$/.test(child)) return;
    const terminal = await readlink(`/proc/${child}/fd/0`);
    if (!/^\/dev\/pts\/\d+$/.test(terminal)) return;
    await run("stty", [
      "-F",
      terminal,
      "rows",
      String(sizeOf(size.rows, 24)),
      "cols",
      String(sizeOf(size.cols, 80)),
    ]);
  } catch {
    // the shell ended meanwhile
  }
}

function sizeOf(value: number, otherwise: number): number {
  return Number.isInteger(value) && value > 0 && value < 1000 ? value : otherwise;
}
