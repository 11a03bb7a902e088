import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { GitHubControl } from "./control/control.ts";
import { localControl } from "./control/local-control.ts";
import { Emulator } from "./emulator.ts";
import { handleRequest } from "./http/handle-request.ts";
import type { GitHubOptions } from "./options.ts";
import { World } from "./state/world.ts";

/** A GitHub on loopback. */
export interface GitHubServer extends GitHubControl, AsyncDisposable {
  /** For GITHUB_SERVER_URL: git and the web, `http://127.0.0.1:PORT`. */
  readonly serverUrl: string;
  /** For GITHUB_API_URL: `http://127.0.0.1:PORT/api/v3`. The API answers at `serverUrl` itself too. */
  readonly apiUrl: string;
  readonly port: number;
  /** Ends connections and server, and removes all repositories. May be called twice. */
  dispose(): Promise<void>;
}

/**
 * Starts a GitHub that behaves like the real one where it hurts: forks take time, limits are enforced, tokens are checked, and git is git.
 * Everything lies in a temporary folder that goes with it.
 */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubServer> {
  const folder = await mkdtemp(join(tmpdir(), "github-"));
  const emulator = new Emulator(new World(folder, options));
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    handleRequest(emulator, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  };
  const server = createServer(answer);
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(0, "127.0.0.1", listening);
  });
  const { port } = server.address() as AddressInfo;
  emulator.world.serverUrl = `http://127.0.0.1:${port}`;

  let closed: Promise<void> | null = null;
  const dispose = (): Promise<void> =>
    (closed ??= (async () => {
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    })());
  return {
    ...localControl(emulator),
    port,
    serverUrl: emulator.world.serverUrl,
    apiUrl: `${emulator.world.serverUrl}/api/v3`,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
