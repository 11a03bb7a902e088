import { MachineError } from "./errors.ts";
import type { MachineRequest, MachineTags } from "./machine.ts";

const NAME = /^[a-z][a-z0-9-]{0,62}$/;
const MAX_TAGS = 50;
const MAX_TAG_LENGTH = 256;
const MAX_KEY_LENGTH = 16 * 1024;

/** Throws `invalid_request` unless every provider can take the request. */
export function checkRequest(request: MachineRequest): void {
  checkName(request.name);
  checkTags(request.tags);
  readAuthorizedKey(request.authorizedKey);
}

/** Throws `invalid_request` unless the name keeps to the rule of `MachineRequest.name`. */
export function checkName(name: string): void {
  if (typeof name !== "string" || !NAME.test(name)) {
    throw new MachineError(
      "invalid_request",
      `${JSON.stringify(name).slice(0, 80)} is no machine name. Use 1-63 characters of a-z, 0-9 and -, beginning with a letter.`,
    );
  }
}

/** Throws `invalid_request` unless the tags are at most 50 pairs of printable strings of at most 256 characters. */
export function checkTags(tags: MachineTags): void {
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS) {
    throw new MachineError(
      "invalid_request",
      `${entries.length} tags are too many. Use at most ${MAX_TAGS}.`,
    );
  }
  for (const [key, value] of entries) {
    for (const text of [key, value]) {
      if (typeof text !== "string" || text.length > MAX_TAG_LENGTH || /\p{Cc}/u.test(text)) {
        throw new MachineError(
          "invalid_request",
          `The tag ${JSON.stringify(key.slice(0, 80))} is not taken. Keys and values are strings of at most ${MAX_TAG_LENGTH} printable characters.`,
        );
      }
    }
    if (key === "") throw new MachineError("invalid_request", "A tag has an empty key. Give it a name.");
  }
}

/** The type and data of a public key in OpenSSH form. */
export interface PublicKeyLine {
  readonly type: string;
  readonly base64: string;
  readonly data: Buffer;
}

/** Reads a public key line; throws `invalid_request` (never quoting it: it might be a private key by mistake). */
export function readAuthorizedKey(line: string): PublicKeyLine {
  const key = readPublicKey(line);
  if (key === null) {
    throw new MachineError(
      "invalid_request",
      "The authorized key is no public key in OpenSSH form. Give one line such as 'ssh-ed25519 AAAA… comment', without options.",
    );
  }
  return key;
}

/** Reads a public key line, or null when it is none. */
export function readPublicKey(line: string): PublicKeyLine | null {
  if (typeof line !== "string" || line.length > MAX_KEY_LENGTH) return null;
  const match = /^([a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,2})(?: [^\r\n]*)?$/.exec(line.trim());
  if (match === null) return null;
  const [, type = "", base64 = ""] = match;
  const data = Buffer.from(base64, "base64");
  if (data.length < 4) return null;
  const typeLength = data.readUInt32BE(0);
  // The data repeats its own type (RFC 4253, section 6.6).
  if (data.subarray(4, 4 + typeLength).toString("latin1") !== type || data.length <= 4 + typeLength)
    return null;
  return { type, base64, data };
}
