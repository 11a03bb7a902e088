import type { Io } from "../command.ts";

/** The process's own streams. Colours follow NO_COLOR, FORCE_COLOR and --no-color. */
export function terminalIo(json: boolean, signal: AbortSignal): Io {
  const { stdout, stderr } = process;
  return {
    json,
    color: wantsColor(),
    columns: stdout.isTTY ? stdout.columns : null,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    signal,
  };
}

function wantsColor(): boolean {
  if (process.argv.includes("--no-color") || (process.env["NO_COLOR"] ?? "") !== "") return false;
  if (process.argv.includes("--color") || (process.env["FORCE_COLOR"] ?? "") !== "") return true;
  return process.stderr.isTTY && process.stdout.isTTY && process.env["TERM"] !== "dumb";
}
