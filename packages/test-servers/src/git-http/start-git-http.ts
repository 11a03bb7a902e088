import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";

import { isAuthorized } from "./is-authorized.ts";
import { runBackend } from "./run-backend.ts";

/** What a client must present: a name and password, or a bearer token. */
export type GitHttpCredential =
  | { readonly username: string; readonly password: string }
  | { readonly token: string };

/** Instead of an answer: an HTTP status, no answer at all until the client leaves, or a cut connection. */
export type GitHttpFault = number | "hang" | "cut";

export interface GitHttpOptions {
  /** Folder whose repositories are served; the path below it is the URL's path. */
  readonly root: string;
  /** Asked of every request; without it everybody may read. */
  readonly credential?: GitHttpCredential;
  /** Whether pushes are taken. Default: true. */
  readonly push?: boolean;
  /** Called for each request before git is; returns a fault to inject, or null to let it pass. */
  readonly fault?: (request: { readonly method: string; readonly path: string }) => GitHttpFault | null;
}

export interface GitHttpServer extends AsyncDisposable {
  readonly port: number;
  /** URL of a repository below `root`: `url("team/app.git")`. Holds no credential. */
  url(repoPath: string): string;
  /** Method and path of every request so far, oldest first. */
  readonly requests: readonly { readonly method: string; readonly path: string }[];
  /** Ends the connections and the server. May be called twice. */
  dispose(): Promise<void>;
}

/**
 * Serves the repositories below a folder with the real `git http-backend` on a free loopback port.
 * Clone, fetch and push work as they do against a forge.
 */
export async function startGitHttp(options: GitHttpOptions): Promise<GitHttpServer> {
  const root = resolve(options.root);
  const requests: { method: string; path: string }[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const seen = { method: request.method ?? "GET", path: url.pathname };
    requests.push(seen);
    const fault = options.fault?.(seen) ?? null;
    if (fault === "hang") return;
    if (fault === "cut") {
      request.socket.destroy();
      return;
    }
    if (fault !== null) {
      response.writeHead(fault, { "content-type": "text/plain" }).end("Injected by the test.\n");
      return;
    }
    if (options.credential && !isAuthorized(request.headers.authorization, options.credential)) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
      return;
    }
    await runBackend({ root, url, push: options.push ?? true }, request, response);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(0, "127.0.0.1", listening);
  });
  const { port } = server.address() as AddressInfo;

  let closed: Promise<void> | null = null;
  const dispose = (): Promise<void> =>
    (closed ??= new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    }));
  return {
    port,
    requests,
    url: (repoPath) => `http://127.0.0.1:${port}/${repoPath.split("/").map(encodeURIComponent).join("/")}`,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
