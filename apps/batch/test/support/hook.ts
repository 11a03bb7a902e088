import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

interface HookBody {
  readonly event: string;
  readonly text: string;
  readonly project: string | null;
  readonly data: Record<string, unknown>;
}

/** A webhook's receiver. */
export interface Hook extends AsyncDisposable {
  readonly url: string;
  readonly bodies: readonly HookBody[];
  events(): string[];
}

export async function hook(): Promise<Hook> {
  const bodies: HookBody[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      bodies.push(JSON.parse(Buffer.concat(pieces).toString()) as HookBody);
      response.end("ok");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    bodies,
    events: () => bodies.map(({ event }) => event),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}
