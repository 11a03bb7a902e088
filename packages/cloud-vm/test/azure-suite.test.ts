import { userInfo } from "node:os";
import { machineProviderSuite, sshLogin } from "@universe-optimize/cloud-vm/testing";
import { sshdBacking } from "@universe-optimize/test-servers/arm";
import { azureWorld } from "./azure-world.ts";

machineProviderSuite({
  name: "azure",
  timeoutMs: 120_000,
  // The backing's users share one entry in the system's list of users: only HOME tells their homes apart.
  login: (machine, privateKey, command) => sshLogin(machine, privateKey, `cd "$HOME" || exit 99\n${command}`),
  async open() {
    const world = await azureWorld({ backing: sshdBacking() });
    const provider = world.provider({ adminUsername: userInfo().username });
    return {
      provider,
      async cleanup() {
        const left = await world.leftovers();
        const { kept } = await provider.destroyNetwork();
        const rest = await world.arm.inventory();
        await world[Symbol.asyncDispose]();
        if (left.length > 0) throw new Error(`these were left: ${left.join(", ")}`);
        if (rest.length > 0) throw new Error(`${JSON.stringify(kept)} ${JSON.stringify(rest)}`);
      },
    };
  },
});
