import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { finished } from "node:stream/promises";

import { readCgiHead } from "./read-cgi-head.ts";

interface BackendRequest {
  readonly root: string;
  readonly url: URL;
  readonly push: boolean;
}

/** What a server that is more than a folder of repositories adds. */
export interface BackendExtras {
  /** Git configuration of this request. */
  readonly config?: Readonly<Record<string, string>>;
  /** Further environment, which hooks see too. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called when git is done, before the client sees the answer's end. */
  readonly beforeEnd?: () => Promise<void>;
}

/** Answers one request with `git http-backend`, a CGI program: head and body on its standard output. */
export async function runBackend(
  { root, url, push }: BackendRequest,
  request: IncomingMessage,
  response: ServerResponse,
  extras: BackendExtras = {},
): Promise<void> {
  const child = spawn("git", ["http-backend"], {
    env: { ...backendEnvironment({ root, url, push }, request, extras.config ?? {}), ...extras.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  // A client that leaves, or git that ends before it has read everything, is no fault of the server.
  child.stdin.on("error", () => {});
  request.pipe(child.stdin);
  response.on("close", () => {
    if (!response.writableFinished) child.kill("SIGKILL");
  });
  const failed = new Promise<never>((_, reject) => child.once("error", reject));

  const head = await Promise.race([readCgiHead(child.stdout), failed]);
  if (head === null) {
    response.writeHead(500, { "content-type": "text/plain" }).end(`git http-backend: ${complaint}`);
    return;
  }
  response.writeHead(head.status, head.headers);
  response.write(head.rest);
  if (extras.beforeEnd === undefined) {
    child.stdout.pipe(response);
    return;
  }
  child.stdout.pipe(response, { end: false });
  await finished(child.stdout);
  await extras.beforeEnd();
  response.end();
}

function backendEnvironment(
  { root, url, push }: BackendRequest,
  request: IncomingMessage,
  config: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const settings = Object.entries({ "http.receivepack": String(push), ...config });
  const header = (name: string): string => String(request.headers[name] ?? "");
  return {
    PATH: process.env["PATH"],
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: "1",
    GIT_PROTOCOL: header("git-protocol"),
    REQUEST_METHOD: request.method ?? "GET",
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: header("content-type"),
    // Left empty for a chunked body: git then reads to its end.
    CONTENT_LENGTH: header("content-length"),
    HTTP_CONTENT_ENCODING: header("content-encoding"),
    REMOTE_ADDR: request.socket.remoteAddress ?? "",
    REMOTE_USER: "somebody",
  };
}
