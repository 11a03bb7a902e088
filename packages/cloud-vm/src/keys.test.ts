import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { expect, it } from "vitest";
import { generateSshKeyPair } from "./keys.ts";

it("makes key pairs that OpenSSH reads", async () => {
  const { publicKey, privateKey } = generateSshKeyPair("a comment");
  const folder = await mkdtemp(join(tmpdir(), "cloud-vm-keys-"));
  await writeFile(join(folder, "key"), privateKey, { mode: 0o600 });
  const { stdout, status } = spawnSync("ssh-keygen", ["-y", "-f", join(folder, "key")], { encoding: "utf8" });
  await rm(folder, { recursive: true });
  expect({ status, line: stdout.trim() }).toEqual({ status: 0, line: publicKey });
});

it("makes key pairs that ssh2 signs and verifies with, every time", () => {
  for (let count = 0; count < 600; count++) {
    const pair = generateSshKeyPair("");
    const secret = ssh2.utils.parseKey(pair.privateKey);
    const open = ssh2.utils.parseKey(pair.publicKey);
    if (secret instanceof Error || open instanceof Error) throw new Error(`pair ${count} cannot be parsed`);
    expect(open.verify("text", secret.sign("text"))).toBe(true);
    expect(Buffer.from(pair.publicKey.split(" ")[1] ?? "", "base64")).toHaveLength(51);
  }
});

it("keeps the comment on one line", () => {
  const { publicKey } = generateSshKeyPair("a\nssh-ed25519 AAAA\u0007 b ");
  expect(publicKey).toMatch(/^ssh-ed25519 \S+ a ssh-ed25519 AAAA b$/);
});
