import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runSweep } from "@universe-optimize/cloud-vm";
import { generateSshKeyPair } from "@universe-optimize/cloud-vm/keys";
import { localProvider } from "@universe-optimize/cloud-vm/local";
import { expect, it } from "vitest";

it("sweeps a provider that has machines only", async () => {
  const directory = await mkdtemp(join(tmpdir(), "sweep-local-"));
  try {
    const provider = localProvider({ directory });
    const { publicKey } = generateSshKeyPair("sweep");
    const tags = { campaign: "spring" };
    for (const name of ["live", "ended"]) await provider.create({ name, tags, authorizedKey: publicKey });
    const report = await runSweep({
      provider,
      tags,
      known: async () => [
        { name: "live", live: true },
        { name: "ended", live: false },
      ],
      graceMs: 0,
    });
    expect(report).toMatchObject({ removed: ["ended"], spared: [], failed: [], dryRun: false });
    expect((await provider.list({})).map(({ name }) => name)).toEqual(["live"]);
    await provider.destroy("live");
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
