import ssh2, { type ParsedKey } from "ssh2";
import { SessionError, type SessionErrorFacts } from "../errors.ts";

/** The last key that was read: a fleet's connections have one and the same, and reading it takes half a millisecond. */
let last: { readonly text: string; readonly key: ParsedKey } | null = null;

/** Reads a private key in OpenSSH or PEM form. Throws `invalid_request` for anything else, and for a passphrase. */
export function readPrivateKey(text: string | Buffer, facts: SessionErrorFacts): ParsedKey {
  const asText = text.toString();
  if (last !== null && last.text === asText) return last.key;
  // OpenSSH's form may hold several keys; ssh2 gives a list then, whatever its types say.
  const read = ssh2.utils.parseKey(asText) as ParsedKey | Error | (ParsedKey | Error)[];
  const key = Array.isArray(read) ? read[0] : read;
  if (key === undefined || key instanceof Error || !key.isPrivateKey()) {
    throw new SessionError(
      "invalid_request",
      "The private key cannot be read: give an OpenSSH or PEM private key without a passphrase.",
      key instanceof Error ? { ...facts, cause: key } : facts,
    );
  }
  last = { text: asText, key };
  return key;
}
