import { access, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hostsProvider, type HostEntry } from "@universe-optimize/cloud-vm/hosts";
import { machineProviderSuite } from "@universe-optimize/cloud-vm/testing";
import { startSshd, type TestSshd } from "@universe-optimize/test-servers/sshd";
import { expect } from "vitest";

const entryOf = (name: string, sshd: TestSshd): HostEntry => ({
  name,
  host: sshd.host,
  port: sshd.port,
  username: sshd.username,
  hostKeys: sshd.hostKeys,
  directory: join(sshd.home, ".universe-hosts"),
  authorizedKeysFile: join(dirname(sshd.home), "authorized_keys"),
});

machineProviderSuite({
  name: "hosts",
  timeoutMs: 120_000,
  async open() {
    const servers = await Promise.all([startSshd(), startSshd()]);
    const [one, two] = servers;
    await two.authorizeKey(await publicKeyOf(one));
    return {
      provider: hostsProvider({
        inventory: [entryOf("one", one), entryOf("two", two)],
        privateKey: one.privateKey,
      }),
      async cleanup() {
        for (const sshd of servers) {
          expect(await readdir(join(sshd.home, ".universe-hosts"))).toEqual([]);
          const keys = await readFile(join(dirname(sshd.home), "authorized_keys"), "utf8");
          expect(keys).not.toContain("universe-machine");
          await sshd.stop();
          await expect(access(sshd.home)).rejects.toThrow();
        }
      },
    };
  },
});

async function publicKeyOf(sshd: TestSshd): Promise<string> {
  const keys = await readFile(join(dirname(sshd.home), "authorized_keys"), "utf8");
  return keys.trim();
}
