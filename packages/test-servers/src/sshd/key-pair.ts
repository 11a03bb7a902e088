import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** A key pair for one test. */
export interface SshKeyPair {
  /** OpenSSH private key text, without a passphrase. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
}

/**
 * Makes a key pair with OpenSSH's own `ssh-keygen`; nothing of it stays on disk.
 *
 * @param type `ed25519` (default), `ecdsa` or `rsa`.
 * @throws Error when `ssh-keygen` is missing.
 */
export async function generateSshKeyPair(type: "ed25519" | "ecdsa" | "rsa" = "ed25519"): Promise<SshKeyPair> {
  const folder = await mkdtemp(path.join(tmpdir(), "ssh-key-"));
  const file = path.join(folder, "key");
  try {
    await promisify(execFile)("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "", "-f", file]);
    const privateKey = await readFile(file, "utf8");
    const publicKey = await readFile(`${file}.pub`, "utf8");
    return { privateKey, publicKey: publicKey.trim().split(" ").slice(0, 2).join(" ") };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new Error(
        "ssh-keygen is not installed: install openssh-client (Debian, Ubuntu: apt install openssh-client)",
        {
          cause: error,
        },
      );
    }
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
