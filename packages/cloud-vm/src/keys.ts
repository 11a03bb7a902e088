import { generateKeyPairSync, randomBytes } from "node:crypto";

/** A key pair in OpenSSH's own forms. */
export interface SshKeyPair {
  /** One line: `ssh-ed25519 AAAA… comment`. */
  readonly publicKey: string;
  /** `-----BEGIN OPENSSH PRIVATE KEY-----` …, without a passphrase. A secret: keep it in a 0600 file. */
  readonly privateKey: string;
}

/**
 * Makes a new ed25519 key pair.
 *
 * Written from OpenSSH's `PROTOCOL.key`, because ssh2 1.17's generator drops a leading zero byte, which
 * spoils about one key in 256.
 *
 * @param comment Ends the public line; line breaks and other control characters become one space.
 */
export function generateSshKeyPair(comment: string): SshKeyPair {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { x, d } = privateKey.export({ format: "jwk" });
  if (x === undefined || d === undefined)
    throw new Error("node:crypto exported an ed25519 key without x or d");
  const publicBytes = Buffer.from(x, "base64url");
  const seed = Buffer.from(d, "base64url");
  const cleanComment = comment.replace(/[\p{Cc}\s]+/gu, " ").trim();

  const publicBlob = Buffer.concat([field("ssh-ed25519"), field(publicBytes)]);
  const check = randomBytes(4);
  const secretPart = Buffer.concat([
    check,
    check,
    publicBlob,
    field(Buffer.concat([seed, publicBytes])),
    field(cleanComment),
  ]);
  const padding = Buffer.from(
    Array.from({ length: (8 - (secretPart.length % 8)) % 8 }, (_, index) => index + 1),
  );
  const container = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    field("none"), // cipher
    field("none"), // key derivation
    field(""), // its options
    uint32(1), // number of keys
    field(publicBlob),
    field(Buffer.concat([secretPart, padding])),
  ]);
  const lines = container.toString("base64").match(/.{1,70}/g) ?? [];
  const label = "OPENSSH PRIVATE KEY";
  return {
    publicKey: `ssh-ed25519 ${publicBlob.toString("base64")} ${cleanComment}`.trim(),
    privateKey: [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n"),
  };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** An SSH string (RFC 4251, section 5): length, then bytes. */
function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}
