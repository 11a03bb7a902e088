import type { ExecOptions, Session } from "@universe-optimize/remote-session";
import { PipelineError } from "../errors.ts";
import { printable } from "../printable.ts";

/** Runs sh text and returns its standard output. @throws PipelineError `remote_failed` with the command's own words */
export async function remoteOutput(
  session: Session,
  what: string,
  script: string,
  options: ExecOptions = {},
): Promise<string> {
  const result = await session.exec(script, options);
  if (result.exitCode === 0) return result.stdout;
  const words = printable(result.stderr.trim() || result.stdout.trim()).slice(-500);
  throw new PipelineError(
    "remote_failed",
    `${what} failed with exit status ${result.exitCode ?? result.signal}: ${words}`,
    {
      retryable: true,
    },
  );
}

/** A word for sh. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
