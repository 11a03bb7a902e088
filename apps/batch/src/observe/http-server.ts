import { createServer, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Metrics } from "./metrics.ts";

/** What /healthz answers. */
export interface Health {
  readonly ok: boolean;
  readonly [fact: string]: unknown;
}

export interface ObservationServer extends AsyncDisposable {
  readonly port: number;
}

/** Serves /healthz (200, or 503 while an alarm is raised) and /metrics; GET and HEAD only. It has no password: bind it to a private address. */
export async function observationServer(options: {
  readonly host: string;
  readonly port: number;
  readonly health: () => Health;
  readonly metrics: Pick<Metrics, "contentType" | "text">;
}): Promise<ObservationServer> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD")
      return answer(response, 405, "text/plain", "GET only\n");
    const path = (request.url ?? "").split("?")[0];
    if (path === "/healthz") {
      const health = options.health();
      return answer(response, health.ok ? 200 : 503, "application/json", `${JSON.stringify(health)}\n`);
    }
    if (path === "/metrics")
      return void options.metrics.text().then(
        (text) => answer(response, 200, options.metrics.contentType, text),
        () => answer(response, 503, "text/plain", "the campaign cannot be read now\n"),
      );
    return answer(response, 404, "text/plain", "there are /healthz and /metrics\n");
  });
  server.requestTimeout = 10_000;
  server.listen(options.port, options.host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  response.end(body);
}
