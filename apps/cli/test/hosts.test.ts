import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startSshd } from "@universe-optimize/test-servers/sshd";
import { expect, it } from "vitest";
import { testCampaign } from "./support/campaign.ts";
import { json, uo } from "./support/uo.ts";

it("goes the whole path on a machine behind OpenSSH's sshd", async () => {
  // The login user's own home stays out of it.
  await using loginHome = await temporaryFolder();
  await using sshd = await startSshd({ config: [`SetEnv HOME=${loginHome.path}`] });
  await using campaign = await testCampaign();
  const { folder } = campaign;
  await writeFile(join(folder, "hosts-key"), sshd.privateKey, { mode: 0o600 });
  await campaign.configure((config) => {
    config["machines"] = {
      provider: "hosts",
      concurrency: 1,
      hosts: {
        privateKeyFile: "hosts-key",
        inventory: [
          {
            name: "one",
            host: sshd.host,
            port: sshd.port,
            username: sshd.username,
            hostKeys: sshd.hostKeys,
            directory: join(sshd.home, "universe"),
            authorizedKeysFile: join(dirname(sshd.home), "authorized_keys"),
          },
        ],
      },
    };
  });

  const launched = await uo(folder, "run", "project-001");
  expect(launched.exitCode, launched.stderr).toBe(0);
  // The operator's own ssh reaches the run's folder with the pinned host key.
  const inside = await uo(folder, "ssh", "project-001", "--", "ls");
  expect(inside.stdout.split("\n")).toEqual(expect.arrayContaining(["origin.git", "project", "results"]));

  const start = await uo(folder, "start");
  expect(start.exitCode, start.stderr).toBe(0);
  expect(start.stdout).toContain("DRAFT READY");
  expect(await readFile(join(folder, "results", "project-001", "claude_output.log"), "utf8")).toContain(
    "agent: done",
  );
  expect(json(await uo(folder, "status-all", "--json"))).toMatchObject({ machinesAlive: [] });
  const left = await readdir(join(sshd.home, "universe")).catch(() => []);
  expect(left).toEqual([]);
});

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "uo-login-home-"));
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }) };
}
