import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSshKeyPair } from "@universe-optimize/cloud-vm/keys";
import { localProvider } from "@universe-optimize/cloud-vm/local";
import { sshLogin } from "@universe-optimize/cloud-vm/testing";
import { expect, test } from "vitest";

test("destroying a copied machine leaves the original and its processes alone", async () => {
  const root = await mkdtemp(join(tmpdir(), "cloud-vm-copy-"));
  const original = localProvider({ directory: join(root, "original") });
  const copy = localProvider({ directory: join(root, "copy") });
  try {
    const { publicKey, privateKey } = generateSshKeyPair("test");
    const machine = await original.create({ name: "one", tags: {}, authorizedKey: publicKey });
    await sshLogin(machine, privateKey, "sleep 300 >/dev/null 2>&1 & echo $! > pid");
    await cp(join(root, "original"), join(root, "copy"), { recursive: true });

    await copy.destroy("one");
    expect(await copy.get("one")).toBeNull();
    expect((await original.get("one"))?.state).toBe("running");
    const alive = await sshLogin(machine, privateKey, "kill -0 $(cat pid) && echo alive");
    expect(JSON.stringify(alive)).toContain("alive");
  } finally {
    await copy.destroy("one");
    await original.destroy("one");
    await rm(root, { recursive: true, force: true });
  }
});
