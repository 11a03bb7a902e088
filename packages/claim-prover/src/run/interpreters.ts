import { dirname } from "node:path";

import { findProgram } from "./isolation.ts";
import { runTool } from "./run-tool.ts";

const questions: Readonly<Record<string, readonly string[]>> = {
  node: ["-p", "process.execPath"],
  python3: ["-c", "import sys; print(sys.executable)"],
};

/**
 * A PATH with the folders of the real interpreters first. A version manager's shim costs up to 0.2 s a start, which would dilute
 * every gain; what it starts is asked of the interpreter itself.
 */
export async function realPath(path: string, signal?: AbortSignal): Promise<string> {
  const folders: string[] = [];
  for (const [name, args] of Object.entries(questions)) {
    const program = await findProgram(name, path);
    if (program === null) continue;
    const { exitCode, stdout } = await runTool(program, args, {
      timeoutMs: 20_000,
      signal,
      env: { PATH: path, HOME: process.env["HOME"] ?? "/" },
    });
    const real = stdout.trim().split("\n").at(-1) ?? "";
    if (exitCode === 0 && real.startsWith("/")) folders.push(dirname(real));
  }
  return [...new Set([...folders, ...path.split(":")])].filter((folder) => folder.startsWith("/")).join(":");
}
