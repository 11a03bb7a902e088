import ssh2 from "ssh2";
import { readPublicKey } from "../check-request.ts";
import type { SshEndpoint } from "../machine.ts";

/** `answers`: an SSH server with a pinned key; `other_key`: one with another key; `silent`: none. */
export type SshAnswer = "answers" | "other_key" | "silent";

const TIMEOUT_MS = 10_000;

/** Shakes hands with an SSH server until it has shown its host key; logs nobody in. */
export async function askSsh(endpoint: SshEndpoint, signal?: AbortSignal): Promise<SshAnswer> {
  signal?.throwIfAborted();
  const pinned = endpoint.hostKeys.flatMap((line) => readPublicKey(line) ?? []);
  const client = new ssh2.Client();
  return await new Promise<SshAnswer>((resolve) => {
    const timer = setTimeout(() => settle("silent"), TIMEOUT_MS);
    const stop = (): void => settle("silent");
    const settle = (answer: SshAnswer): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      client.destroy();
      resolve(answer);
    };
    signal?.addEventListener("abort", stop);
    client.on("error", () => settle("silent"));
    client.on("close", () => settle("silent"));
    client.connect({
      host: endpoint.host,
      port: endpoint.port,
      username: endpoint.username,
      readyTimeout: TIMEOUT_MS,
      algorithms: { serverHostKey: hostKeyAlgorithms(pinned.map(({ type }) => type)) },
      hostVerifier: (shown: Buffer) => {
        settle(pinned.some(({ data }) => data.equals(shown)) ? "answers" : "other_key");
        return false;
      },
    });
  });
}

/** Only the pinned types: a server may have keys of others, which would look like a stranger's. */
function hostKeyAlgorithms(types: readonly string[]): ssh2.ServerHostKeyAlgorithm[] {
  const all = types.flatMap((type) => (type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type]));
  return [...new Set(all)] as ssh2.ServerHostKeyAlgorithm[];
}
