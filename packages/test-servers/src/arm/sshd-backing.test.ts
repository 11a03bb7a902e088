import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { generateSshKeyPair } from "../sshd/key-pair.ts";
import { sshdBacking } from "./sshd-backing.ts";

const PORT = 2222;

test("machines of one port have homes and host keys of their own, keep them over a halt, and end with all they started", async () => {
  const [login, hostKey] = await Promise.all([generateSshKeyPair(), generateSshKeyPair()]);
  const folder = await mkdtemp(path.join(tmpdir(), "ssh-client-"));
  const file = path.join(folder, "key");
  await writeFile(file, login.privateKey, { mode: 0o600 });
  const backing = sshdBacking();
  const boot = (name: string, host: string) =>
    backing.boot({
      vmId: name,
      name,
      adminUsername: userInfo().username,
      authorizedKeys: [login.publicKey],
      hostKey,
      host,
      port: PORT,
    });
  const ssh = async (host: string, command: string): Promise<string> => {
    await writeFile(path.join(folder, "known"), `[${host}]:${PORT} ${hostKey.publicKey}\n`);
    const options = [`UserKnownHostsFile=${folder}/known`, "StrictHostKeyChecking=yes", "BatchMode=yes"];
    const { stdout } = await promisify(execFile)("ssh", [
      "-F",
      "none",
      "-i",
      file,
      "-p",
      String(PORT),
      ...options.flatMap((option) => ["-o", option]),
      host,
      command,
    ]);
    return stdout.trim();
  };
  const hosts = [`127.${process.pid % 250}.77.1`, `127.${process.pid % 250}.77.2`] as const;
  const [one, two] = await Promise.all([boot("one", hosts[0]), boot("two", hosts[1])]);
  try {
    expect(one.hostKeys).toEqual([hostKey.publicKey]);
    const home = await ssh(hosts[0], 'echo "kept" > file; pwd');
    expect(await ssh(hosts[1], "pwd")).not.toBe(home);
    expect((await one.run("cat ~/file")).stdout).toBe("kept\n");
    await one.halt();
    await expect(ssh(hosts[0], "true")).rejects.toThrow();
    await one.start();
    expect(await ssh(hosts[0], "cat file")).toBe("kept");
    const pid = Number(
      await ssh(hosts[0], "setsid sh -c 'echo $$ > pid; exec sleep 600' >/dev/null 2>&1 & sleep 1; cat pid"),
    );
    await one.destroy();
    await expect
      .poll(async () =>
        (await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "")).replace(/.*\) Z .*/s, ""),
      )
      .toBe("");
    await expect(readFile(path.join(home, "file"))).rejects.toThrow();
  } finally {
    await Promise.all([one.destroy(), two.destroy()]);
    await rm(folder, { recursive: true, force: true });
  }
});
