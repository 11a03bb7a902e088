import { expect, test } from "vitest";
import { fingerprint, orderKeyAlgorithms, readPinnedKeys } from "./host-key.ts";

/** The bytes of a key of a type, as SSH sends them. */
function keyLine(type: string): string {
  const blob = Buffer.concat([Buffer.from([0, 0, 0, type.length]), Buffer.from(type), Buffer.alloc(40, 7)]);
  return `${type} ${blob.toString("base64")} root@host`;
}

test("reads keys with and without a comment", () => {
  const [key] = readPinnedKeys([`  ${keyLine("ssh-ed25519")}  `]);
  expect(key?.type).toBe("ssh-ed25519");
  expect(key?.blob.subarray(0, 15).toString("latin1")).toBe("\0\0\0\x0bssh-ed25519");
});

test("refuses none, and text that is no key", () => {
  expect(() => readPinnedKeys([])).toThrow(expect.objectContaining({ code: "invalid_request" }));
  for (const line of [
    "",
    "ssh-ed25519",
    "ssh-ed25519 ????",
    "AAAAC3NzaC1lZDI1NTE5AAAA",
    keyLine("ssh-rsa").replace("ssh-rsa", "ssh-ed25519"),
  ]) {
    expect(() => readPinnedKeys([line])).toThrow(expect.objectContaining({ code: "invalid_request" }));
  }
});

test("asks for the pinned types first and leaves none out", () => {
  expect(orderKeyAlgorithms(readPinnedKeys([keyLine("ssh-rsa")])).slice(0, 2)).toEqual([
    "rsa-sha2-512",
    "rsa-sha2-256",
  ]);
  expect(orderKeyAlgorithms(readPinnedKeys([keyLine("ecdsa-sha2-nistp256")]))[0]).toBe("ecdsa-sha2-nistp256");
  expect(orderKeyAlgorithms(readPinnedKeys([keyLine("ssh-rsa")]))).toHaveLength(6);
});

test("prints a fingerprint as ssh-keygen does", () => {
  expect(fingerprint(Buffer.from(""))).toBe("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU");
});
