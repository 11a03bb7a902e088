import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostsProvider } from "@universe-optimize/cloud-vm/hosts";
import { machineProviderSuite } from "@universe-optimize/cloud-vm/testing";
import { startSshd } from "@universe-optimize/test-servers/sshd";
import { hostOf, leftOn, shareLogin } from "./host-of-sshd.ts";

machineProviderSuite({
  name: "hosts",
  timeoutMs: 120_000,
  async open() {
    // An empty home: the login shell of whoever runs the tests reads its start-up files for every command.
    const home = await mkdtemp(join(tmpdir(), "cloud-vm-hosts-suite-"));
    const config = [`SetEnv HOME=${home}`];
    const [one, two] = await Promise.all([startSshd({ config }), startSshd({ config })]);
    await shareLogin(one, two);
    return {
      provider: hostsProvider({
        inventory: [hostOf("one", one), hostOf("two", two)],
        privateKey: one.privateKey,
      }),
      async cleanup() {
        const left = [...(await leftOn(one)), ...(await leftOn(two))];
        await Promise.all([one.stop(), two.stop()]);
        await rm(home, { recursive: true, force: true });
        if (left.length > 0) throw new Error(`these were left: ${left.join(", ")}`);
      },
    };
  },
});
