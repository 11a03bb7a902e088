import type { ExitCode, Io } from "../command.ts";

/** Codes of errors that a person mends by writing something else: exit status 2. */
const MISUSE = new Set(["unknown_project", "not_a_campaign", "misuse", "invalid_request"]);

/** Says what went wrong on stderr (and as JSON on stdout where asked); an unexpected error shows its stack. */
export function reportError(error: unknown, io: Io): ExitCode {
  const { name, code, message } = facts(error);
  const known = code !== null;
  io.err(`uo: ${known || !(error instanceof Error) ? message : (error.stack ?? message)}\n`);
  if (io.json)
    io.out(`${JSON.stringify({ ok: false, error: { name, code: code ?? "unexpected", message } })}\n`);
  return known &&
    (MISUSE.has(code) ||
      name === "ConfigError" ||
      name === "ProjectListError" ||
      `${name} ${code}` === "DiscoveryError invalid")
    ? 2
    : 1;
}

function facts(error: unknown): { name: string; code: string | null; message: string } {
  if (!(error instanceof Error)) return { name: "Error", code: null, message: String(error) };
  const { code } = error as Error & { code?: unknown };
  return { name: error.name, code: typeof code === "string" ? code : null, message: error.message };
}

/** A call that does not fit: exit status 2. */
export class MisuseError extends Error {
  override readonly name = "MisuseError";
  readonly code = "misuse";
  readonly retryable = false;
}
