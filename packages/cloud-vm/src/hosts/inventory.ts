import { checkTags, readPublicKey } from "../check-request.ts";
import { MachineError } from "../errors.ts";

/** An existing machine that can be leased. */
export interface HostEntry {
  /** What people call it; unique in the inventory. */
  readonly name: string;
  readonly host: string;
  /** Default 22. */
  readonly port?: number;
  readonly username: string;
  /** Its host public keys in OpenSSH form, for example from `ssh-keyscan` over a trusted network. At least one. */
  readonly hostKeys: readonly string[];
  /** Where machines lie on the host, absolute; default `~/.universe-hosts`. */
  readonly directory?: string;
  /** The file that the host's sshd reads authorized keys from, absolute; default `~/.ssh/authorized_keys`. */
  readonly authorizedKeysFile?: string;
}

/** Throws `invalid_request` unless every entry can be connected to. */
export function checkInventory(inventory: readonly HostEntry[]): void {
  const names = new Set<string>();
  if (inventory.length === 0) throw invalid("The inventory has no hosts. Add at least one.");
  for (const entry of inventory) {
    const called = `Host ${JSON.stringify(entry.name)} of the inventory`;
    checkTags({ name: entry.name });
    if (entry.name === "" || names.has(entry.name))
      throw invalid(`${called} has a name that is empty or was used before. Give each its own.`);
    names.add(entry.name);
    if (entry.host === "" || entry.username === "")
      throw invalid(`${called} has no host or no username. Give both.`);
    const port = entry.port ?? 22;
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw invalid(`${called} has the port ${port}. Give one of 1-65535.`);
    if (entry.hostKeys.length === 0) {
      throw invalid(
        `${called} has no host keys. Put in what 'ssh-keyscan ${entry.host}' prints, after comparing it with the host's own files.`,
      );
    }
    if (entry.hostKeys.some((line) => readPublicKey(line) === null)) {
      throw invalid(
        `${called} has a host key that is no public key. Use lines such as 'ssh-ed25519 AAAA…', without the host's name before them.`,
      );
    }
    for (const path of [entry.directory, entry.authorizedKeysFile]) {
      if (path !== undefined && !/^\/[^\p{Cc}]+$/u.test(path))
        throw invalid(`${called} has the path ${JSON.stringify(path)}. Give an absolute one.`);
    }
  }
}

function invalid(message: string): MachineError {
  return new MachineError("invalid_request", message, { provider: "hosts" });
}
