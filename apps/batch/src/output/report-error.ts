import type { ExitCode, Io } from "../command.ts";

/** Codes of errors that a person mends by writing something else: exit status 2. */
const MISUSE = new Set(["unknown_project", "misuse"]);

/** Says what went wrong on stderr (and as JSON on stdout where asked); an unexpected error shows its stack. */
export function reportError(error: unknown, io: Io): ExitCode {
  const known = error instanceof Error && typeof (error as { code?: unknown }).code === "string";
  const name = error instanceof Error ? error.name : "Error";
  const code = known ? (error as unknown as { code: string }).code : "unexpected";
  const message = error instanceof Error ? error.message : String(error);
  io.err(`universe-batch: ${known || !(error instanceof Error) ? message : (error.stack ?? message)}\n`);
  if (io.json) io.out(`${JSON.stringify({ ok: false, error: { name, code, message } })}\n`);
  return MISUSE.has(code) || name === "ConfigError" || name === "ProjectListError" ? 2 : 1;
}
