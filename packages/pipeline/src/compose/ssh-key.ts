import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { randomUUID } from "node:crypto";

export interface SshKey {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** The campaign's SSH key, made on first use: private half 0600, never leaving this computer. */
export async function campaignSshKey(file: string, comment: string): Promise<SshKey> {
  const existing = await read(file);
  if (existing !== null) return existing;
  const { generateSshKeyPair } = await import("@universe-optimize/cloud-vm/keys");
  const made = generateSshKeyPair(comment);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(`${file}.pub`, `${made.publicKey}\n`);
  await writeFile(temporary, made.privateKey, { mode: 0o600 });
  await rename(temporary, file);
  await rm(temporary, { force: true });
  return (await read(file)) ?? made;
}

async function read(file: string): Promise<SshKey | null> {
  try {
    const [privateKey, publicKey] = await Promise.all([
      readFile(file, "utf8"),
      readFile(`${file}.pub`, "utf8"),
    ]);
    return { privateKey, publicKey: publicKey.trim() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
