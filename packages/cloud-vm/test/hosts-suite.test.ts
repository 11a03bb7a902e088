import { hostsProvider } from "@universe-optimize/cloud-vm/hosts";
import { machineProviderSuite } from "@universe-optimize/cloud-vm/testing";
import { startSshd } from "@universe-optimize/test-servers/sshd";
import { hostOf, leftOn, shareLogin } from "./host-of-sshd.ts";

machineProviderSuite({
  name: "hosts",
  timeoutMs: 120_000,
  async open() {
    const [one, two] = await Promise.all([startSshd(), startSshd()]);
    await shareLogin(one, two);
    return {
      provider: hostsProvider({
        inventory: [hostOf("one", one), hostOf("two", two)],
        privateKey: one.privateKey,
      }),
      async cleanup() {
        const left = [...(await leftOn(one)), ...(await leftOn(two))];
        await Promise.all([one.stop(), two.stop()]);
        if (left.length > 0) throw new Error(`these were left: ${left.join(", ")}`);
      },
    };
  },
});
