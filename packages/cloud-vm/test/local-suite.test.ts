import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localProvider } from "@universe-optimize/cloud-vm/local";
import { machineProviderSuite } from "@universe-optimize/cloud-vm/testing";

machineProviderSuite({
  name: "local",
  async open() {
    const directory = await mkdtemp(join(tmpdir(), "cloud-vm-local-"));
    return {
      provider: localProvider({ directory }),
      async cleanup() {
        const left = await readdir(directory);
        await rm(directory, { recursive: true, force: true });
        if (left.length > 0) throw new Error(`these were left: ${left.join(", ")}`);
      },
    };
  },
});
