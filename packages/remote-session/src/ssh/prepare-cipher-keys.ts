// oxlint-disable no-underscore-dangle -- these are ssh2's own names
import { createSecretKey } from "node:crypto";
import type { Client } from "ssh2";

/** What this file uses of ssh2's inside; anything else there is left as it is. */
interface Inside {
  readonly _protocol?: {
    readonly _cipher?: { _encSSLName?: unknown; _encKey?: unknown };
    readonly _decipher?: { _decipherSSLName?: unknown; _decipherKey?: unknown };
  };
}

/**
 * Turns a connection's AES-GCM keys into key objects, again after every key exchange.
 *
 * Without its native addon, ssh2 makes a cipher from the key's bytes for every packet, and Node makes a key object from
 * these each time: 10 of the 13 µs that a small packet costs. A key object in their place is the same key.
 */
export function prepareCipherKeys(client: Client): void {
  const prepare = (): void => {
    const { _cipher: cipher, _decipher: decipher } = (client as unknown as Inside)._protocol ?? {};
    if (isGcm(cipher?._encSSLName) && Buffer.isBuffer(cipher?._encKey))
      cipher._encKey = createSecretKey(cipher._encKey);
    if (isGcm(decipher?._decipherSSLName) && Buffer.isBuffer(decipher?._decipherKey))
      decipher._decipherKey = createSecretKey(decipher._decipherKey);
  };
  client.on("handshake", prepare);
}

function isGcm(name: unknown): boolean {
  return name === "aes-128-gcm" || name === "aes-256-gcm";
}
