import { createHash } from "node:crypto";
import { SessionError } from "../errors.ts";

/** A pinned host key, read. */
export interface PinnedKey {
  readonly type: string;
  /** The key's bytes as SSH sends them. */
  readonly blob: Buffer;
}

/** Reads host keys in OpenSSH form (`ssh-ed25519 AAAA… comment`). Throws `invalid_request` for none, or for text that is no key. */
export function readPinnedKeys(lines: readonly string[]): PinnedKey[] {
  if (lines.length === 0) {
    throw new SessionError(
      "invalid_request",
      "No host key is pinned, so nothing tells the machine from an impostor. Give the server's public host key, for example from `ssh-keyscan` over a trusted way.",
    );
  }
  return lines.map((line) => {
    const [type = "", encoded = ""] = line.trim().split(/\s+/);
    const blob = Buffer.from(encoded, "base64");
    // The key's bytes begin with the length and the name of its type.
    const named = blob.length > 4 ? blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1") : "";
    if (type === "" || named !== type) {
      throw new SessionError(
        "invalid_request",
        "A pinned host key is not in OpenSSH form: expected `ssh-ed25519 AAAA…`.",
      );
    }
    return { type, blob };
  });
}

/** A key's fingerprint as `ssh-keygen -l` prints it: `SHA256:…`. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

const KEY_ALGORITHMS = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
] as const;

/** Host key algorithms to offer: those of pinned keys first, so that a server with several keys shows one that is pinned. */
export function orderKeyAlgorithms(pinned: readonly PinnedKey[]): (typeof KEY_ALGORITHMS)[number][] {
  const types = new Set(pinned.map((key) => key.type));
  const isPinned = (algorithm: string): boolean =>
    types.has(algorithm.startsWith("rsa-") ? "ssh-rsa" : algorithm);
  return [...KEY_ALGORITHMS.filter(isPinned), ...KEY_ALGORITHMS.filter((algorithm) => !isPinned(algorithm))];
}
