import { requireMachinePath } from "../check-path.ts";
import type { ConnectOptions, Session, SessionEndpoint } from "../session.ts";
import { openConnection } from "./connection.ts";
import { RemoteShell } from "./remote-shell.ts";
import { SshSession } from "./ssh-session.ts";

/**
 * Opens a session: connects, checks the host key against the pinned ones, logs in with the key, and opens the session's
 * persistent shell, by which the home folder is checked or learned.
 *
 * @throws SessionError `unreachable`, `host_key_mismatch`, `auth_failed`; `invalid_request` when no host key is pinned,
 *   the private key cannot be read, or `endpoint.home` does not exist on the machine.
 */
export async function connect(endpoint: SessionEndpoint, options: ConnectOptions): Promise<Session> {
  const home = endpoint.home === null ? null : requireMachinePath(endpoint.home);
  const connection = await openConnection(endpoint, options);
  try {
    const shell = new RemoteShell(connection, home);
    return new SshSession(connection, shell, await shell.open(options.signal));
  } catch (error) {
    await connection.close();
    throw error;
  }
}
