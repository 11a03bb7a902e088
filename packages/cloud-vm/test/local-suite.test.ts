import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localProvider } from "@universe-optimize/cloud-vm/local";
import { machineProviderSuite } from "@universe-optimize/cloud-vm/testing";
import { expect } from "vitest";

machineProviderSuite({
  name: "local",
  async open() {
    const directory = await mkdtemp(join(tmpdir(), "cloud-vm-local-"));
    return {
      provider: localProvider({ directory }),
      async cleanup() {
        expect(await readdir(directory)).toEqual([]);
        await rm(directory, { recursive: true, force: true });
      },
    };
  },
});
