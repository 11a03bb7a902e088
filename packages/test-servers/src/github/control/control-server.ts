import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { readBody } from "../http/read-body.ts";
import type { GitHubControl } from "./control.ts";
import { controlNames } from "./control-names.ts";

/** Where the controls of an emulator in another process are. */
export interface ControlAccess {
  readonly url: string;
  /** The program under test must not have it: it may look at everything on loopback. */
  readonly token: string;
}

/** Lets another process control an emulator. The server keeps no process alive. */
export async function serveControl(control: GitHubControl): Promise<ControlAccess> {
  const token = randomBytes(24).toString("base64url");
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const name = controlNames.find((one) => request.url === `/${one}`);
    if (request.headers.authorization !== `Bearer ${token}` || name === undefined) {
      response.writeHead(404).end(JSON.stringify({ message: `no control ${request.url ?? ""}` }));
      return;
    }
    const args = JSON.parse((await readBody(request)).toString("utf8")) as unknown[];
    const act = control[name] as (...values: unknown[]) => Promise<unknown>;
    response.end(JSON.stringify({ result: await act(...args) }));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(JSON.stringify({ message: (error as Error).message }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  server.unref();
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token };
}

/** The controls of an emulator in another process. */
export function remoteControl({ url, token }: ControlAccess): GitHubControl {
  const call = async (name: string, args: readonly unknown[]): Promise<unknown> => {
    const response = await fetch(`${url}/${name}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(args),
    });
    const answer = (await response.json()) as { result?: unknown; message?: string };
    if (!response.ok) throw new Error(answer.message ?? `The emulator answered ${response.status}.`);
    return answer.result;
  };
  return Object.fromEntries(
    controlNames.map((name) => [name, (...args: unknown[]) => call(name, args)]),
  ) as unknown as GitHubControl;
}
