import { SessionError } from "../errors.ts";
import { quoteSh } from "../quote-sh.ts";

/** Linux takes at most 128 KiB in one argument; encoding needs room too. */
const MAX_COMMAND_BYTES = 120_000;

/**
 * Makes a command line that runs `script` under POSIX sh, whatever the user's login shell is.
 *
 * An SSH server hands the line to the login shell. sh, bash, zsh, fish and csh agree on what single quotes mean, except
 * for backslashes (fish), line ends and `!` (csh): a script with one of these goes as octal escapes, which all of them
 * pass on untouched.
 */
export function wrapForLoginShell(script: string): string {
  if (script.includes("\0"))
    throw new SessionError("invalid_request", "A command cannot hold a NUL character.");
  const line = /[\\\n\r!]/.test(script)
    ? `exec sh -c 'eval "$(printf %b "$1")"' sh '${script.replace(/[\\'\n\r!]/g, toOctal)}'`
    : `exec sh -c ${quoteSh(script)}`;
  if (Buffer.byteLength(line) > MAX_COMMAND_BYTES) {
    throw new SessionError(
      "invalid_request",
      `The command has ${Buffer.byteLength(line)} bytes; an SSH command may have ${MAX_COMMAND_BYTES}. Upload it as a file and run that, or send its data on standard input.`,
    );
  }
  return line;
}

function toOctal(character: string): string {
  return `\\0${character.charCodeAt(0).toString(8).padStart(3, "0")}`;
}
