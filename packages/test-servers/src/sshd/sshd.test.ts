import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { generateSshKeyPair } from "./key-pair.ts";
import { startSshd, type TestSshd } from "./sshd.ts";

/** Runs OpenSSH's own client against the server. */
async function ssh(
  server: TestSshd,
  command: string,
  privateKey: string = server.privateKey,
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "ssh-client-"));
  try {
    await writeFile(path.join(folder, "key"), privateKey, { mode: 0o600 });
    await writeFile(path.join(folder, "known"), `[${server.host}]:${server.port} ${server.hostKeys[0]}\n`);
    const options = [
      `UserKnownHostsFile=${folder}/known`,
      "StrictHostKeyChecking=yes",
      "BatchMode=yes",
      "IdentitiesOnly=yes",
    ];
    const { stdout } = await promisify(execFile)("ssh", [
      "-F",
      "none",
      "-i",
      `${folder}/key`,
      "-p",
      String(server.port),
      "-l",
      server.username,
      ...options.flatMap((option) => ["-o", option]),
      server.host,
      command,
    ]);
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("OpenSSH's client logs in against the announced host key, on two servers at once", async () => {
  await using first = await startSshd();
  await using second = await startSshd({ hostKeyType: "ecdsa" });
  expect(second.port).not.toBe(first.port);
  expect(await ssh(first, "echo first")).toBe("first\n");
  expect(await ssh(second, "echo second")).toBe("second\n");
});

test("a key logs in once it is authorized, and not before", async () => {
  await using server = await startSshd();
  const stranger = await generateSshKeyPair();
  await expect(ssh(server, "true", stranger.privateKey)).rejects.toThrow(/Permission denied/);
  await server.authorizeKey(stranger.publicKey);
  expect(await ssh(server, "echo in", stranger.privateKey)).toBe("in\n");
});

test("stop ends what a session left behind and removes the folder", async () => {
  const server = await startSshd();
  await ssh(server, `sh -c 'sleep 600 </dev/null >/dev/null 2>&1 & echo $! >${server.home}/pid'`);
  const pid = Number(await readFile(path.join(server.home, "pid"), "utf8"));
  expect(() => process.kill(pid, 0)).not.toThrow();
  await server.stop();
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(existsSync(server.home)).toBe(false);
  await server.stop();
});

test("killConnections cuts a running command off", async () => {
  await using server = await startSshd();
  const running = ssh(server, `echo up >${server.home}/up; sleep 600`).then(
    () => "done",
    () => "cut",
  );
  await expect.poll(() => existsSync(path.join(server.home, "up")), { timeout: 20_000 }).toBe(true);
  expect(await server.killConnections()).toBeGreaterThan(0);
  expect(await running).toBe("cut");
});

test("a configuration that sshd refuses is named in the error", async () => {
  await expect(startSshd({ config: ["NoSuchKeyword yes"] })).rejects.toThrow(/NoSuchKeyword/);
});

async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  // A zombie has ended; who inherited it has not asked yet.
  return stat !== "" && !/\) Z /.test(stat);
}
