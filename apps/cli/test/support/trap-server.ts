import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that asks everybody for a password and keeps what it is given. */
export interface TrapServer extends AsyncDisposable {
  readonly url: string;
  /** Paths and headers of every request, with Basic credentials decoded too. */
  readonly heard: string[];
}

export async function trapServer(): Promise<TrapServer> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    const authorization = request.headers.authorization ?? "";
    const decoded = Buffer.from(authorization.replace(/^Basic /i, ""), "base64").toString("latin1");
    heard.push([request.url, JSON.stringify(request.headers), decoded].join("\n"));
    response.writeHead(401, { "www-authenticate": 'Basic realm="GitHub"' }).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
