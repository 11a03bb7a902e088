import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type ArmControl, CONTROLS } from "./control.ts";

export interface ControlServer {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** Offers an emulator's controls over HTTP on loopback: `POST /NAME` with the arguments as a JSON array. */
export async function startControlServer(control: ArmControl): Promise<ControlServer> {
  const token = randomUUID();
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${token}`) {
      answer(401, { message: "This control channel needs its token." });
      return;
    }
    call(control, request).then(
      (result) => answer(200, { result: result ?? null }),
      (error: unknown) => answer(500, { message: error instanceof Error ? error.message : String(error) }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function call(control: ArmControl, request: IncomingMessage): Promise<unknown> {
  const name = CONTROLS.find((one) => `/${one}` === request.url);
  if (name === undefined) throw new Error(`There is no control ${request.url}.`);
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const args = JSON.parse(Buffer.concat(chunks).toString("utf8")) as never[];
  return await (control[name] as (...args: never[]) => Promise<unknown>)(...args);
}
