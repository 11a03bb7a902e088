import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { HostEntry } from "@universe-optimize/cloud-vm/hosts";
import type { TestSshd } from "@universe-optimize/test-servers/sshd";

/** An inventory entry for a test's sshd that keeps everything in the server's own temporary folder. */
export function hostOf(name: string, sshd: TestSshd): HostEntry {
  return {
    name,
    host: sshd.host,
    port: sshd.port,
    username: sshd.username,
    hostKeys: sshd.hostKeys,
    directory: directoryOf(sshd),
    authorizedKeysFile: keysFileOf(sshd),
  };
}

export function directoryOf(sshd: TestSshd): string {
  return join(sshd.home, ".universe-hosts");
}

export function keysFileOf(sshd: TestSshd): string {
  return join(dirname(sshd.home), "authorized_keys");
}

/** What machines left on the host: file names and authorized keys. */
export async function leftOn(sshd: TestSshd): Promise<string[]> {
  const keys = (await readFile(keysFileOf(sshd), "utf8")).split("\n");
  const files = await readdir(directoryOf(sshd)).catch(() => []);
  return [...files, ...keys.filter((line) => line.includes("universe-machine"))];
}

/** Lets whoever gets into `sshd` into `others` as well. */
export async function shareLogin(sshd: TestSshd, ...others: TestSshd[]): Promise<void> {
  const key = await readFile(keysFileOf(sshd), "utf8");
  await Promise.all(others.map((other) => other.authorizeKey(key)));
}
