import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { userInfo } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { azureProvider } from "@universe-optimize/cloud-vm/azure";
import { generateSshKeyPair } from "@universe-optimize/cloud-vm/keys";
import { sshLogin } from "@universe-optimize/cloud-vm/testing";
import { remoteControl, startArmProcess } from "@universe-optimize/test-servers/arm";
import { expect, test } from "vitest";
import { armCredential } from "./arm-clients.ts";
import type { AzureJob } from "./programs/azure-runs.ts";

test("a program that has only the environment finds authority, certificates and subscription", async () => {
  await using arm = await startArmProcess();
  const program = fileURLToPath(new URL("./programs/azure-list.ts", import.meta.url));
  const run = async (env: Readonly<Record<string, string>>) =>
    await promisify(execFile)(process.execPath, [program, arm.url], { env: { ...process.env, ...env } });
  expect((await run(arm.env)).stdout).toBe("0 machines\n");
  const wrong = run({ ...arm.env, AZURE_CLIENT_SECRET: "wrong" });
  await expect(wrong).rejects.toMatchObject({
    stdout: expect.stringMatching(/^unauthenticated: /) as string,
  });
  const untrusted = run({ ...arm.env, NODE_EXTRA_CA_CERTS: "" });
  await expect(untrusted).rejects.toMatchObject({
    stdout: expect.not.stringMatching(/^\d+ machines/) as string,
  });
});

test("an emulator of its own process outlives the program that is killed, with machines that log in", async () => {
  await using arm = await startArmProcess({ backing: "sshd" });
  const control = remoteControl(arm.control);
  const key = generateSshKeyPair("process test");
  const options = {
    subscriptionId: arm.subscriptionId,
    resourceGroup: "universe-test",
    resourceManagerUrl: arm.url,
    orchestratorIp: "198.51.100.7",
    adminUsername: userInfo().username,
    sshPort: arm.sshPort,
    pollIntervalMs: 20,
    pricesUrl: "http://127.0.0.1:9", // nobody answers there
  };
  const request = { name: "one", tags: { job: "job-1" }, authorizedKey: key.publicKey };
  const { url, tenantId, clientId, clientSecret, caPem } = arm;
  const job: AzureJob = {
    id: 0,
    acts: ["create"],
    access: { url, tenantId, clientId, clientSecret, caPem },
    options,
    request,
  };
  await control.addFault({ method: "GET", path: "Microsoft.Compute/.*/operations/", effect: "hang" });
  const program = fileURLToPath(new URL("./programs/azure-runs.ts", import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "ignore", "inherit"] });
  child.stdin.end(JSON.stringify([job]));
  await expect
    .poll(async () => await control.alive({ "uo-machine": "one" }), { timeout: 60_000 })
    .toHaveLength(1);
  child.kill("SIGKILL");
  await once(child, "close");

  await control.removeFault();
  const provider = azureProvider({ ...options, caCertificates: caPem, credential: armCredential(arm) });
  const machine = await provider.create(request);
  expect(machine.ssh?.host).toMatch(/^127\./);
  const { stdout } = await sshLogin(machine, key.privateKey, 'test "$PWD" = "$HOME" && echo at home');
  expect(stdout).toBe("at home\n");
  expect(await control.mostAlive({})).toBe(1);
  await provider.destroy("one");
  expect((await control.inventory()).map(({ name }) => name)).not.toContain("one");
  await expect(control.evict("one")).rejects.toThrow("There is no VM of the name one.");
});
