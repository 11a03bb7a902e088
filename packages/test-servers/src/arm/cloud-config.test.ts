import { expect, test } from "vitest";
import { hostKeyOf } from "./cloud-config.ts";

const encode = (text: string): string => Buffer.from(text).toString("base64");
const expected = { privateKey: "-----BEGIN-----\nabc\n-----END-----\n", publicKey: "ssh-ed25519 AAAA" };

test.each([
  [
    "blocks",
    "#cloud-config\nruncmd: []\nssh_keys:\n  ed25519_private: |\n    -----BEGIN-----\n    abc\n    -----END-----\n  ed25519_public: ssh-ed25519 AAAA comment\nother: 1\n",
  ],
  [
    "quoted",
    '#cloud-config\nssh_keys:\n  ed25519_public: "ssh-ed25519 AAAA"\n  ed25519_private: |-\n    -----BEGIN-----\n    abc\n    -----END-----\n',
  ],
  [
    "JSON",
    `#cloud-config\n${JSON.stringify({ ssh_keys: { ed25519_private: "-----BEGIN-----\nabc\n-----END-----\n", ed25519_public: "ssh-ed25519 AAAA x" } })}`,
  ],
])("reads a host key from %s", (_form, text) => {
  expect(hostKeyOf(encode(text))).toEqual(expected);
});

test.each(["", "#!/bin/sh\n", "#cloud-config\nusers: []\n", "#cloud-config\nssh_keys:\n  rsa_public: x\n"])(
  "finds none in %j",
  (text) => {
    expect(hostKeyOf(encode(text))).toBeNull();
  },
);
