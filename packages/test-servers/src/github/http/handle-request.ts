import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import { tokenOf } from "../auth/authenticate.ts";
import type { Emulator } from "../emulator.ts";
import type { Fault } from "../faults.ts";
import { gitRequest, serveGit } from "../git/serve-git.ts";
import type { Call } from "../state/records.ts";
import { serveApi } from "./serve-api.ts";

// First words of paths that no owner can have on GitHub.
const reserved =
  /^\/(app|apps|graphql|installation|meta|orgs|organizations|rate_limit|repos|repositories|search|user|users|versions|zen)(\/|$)/;

/** Tells git, API and web apart, answers, and writes the call down. */
export async function handleRequest(
  emulator: Emulator,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world, journal } = emulator;
  const url = new URL(request.url ?? "/", world.serverUrl);
  const method = request.method ?? "GET";
  const shown = world.mask(decode(url.pathname + url.search));
  const log = (call: Pick<Call, "status" | "token" | "resource" | "fault">): void =>
    journal.call({ at: new Date(world.nowMs()).toISOString(), method, path: shown, ...call });
  const held = request.headers.authorization && tokenOf(request.headers.authorization);
  if (shown !== decode(url.pathname + url.search))
    emulator.violate(
      "token-in-url",
      method,
      shown,
      (held && world.holder(held)?.id) || null,
      "a token is part of the URL",
    );

  const isApi = url.pathname.startsWith("/api/") || reserved.test(url.pathname);
  if (!isApi && gitRequest(url.pathname)) {
    const fault = emulator.faults.match(method, url.pathname);
    if (fault?.when === "before" && (await injectIntoGit(fault, response))) {
      log({
        status: response.headersSent ? response.statusCode : null,
        token: null,
        resource: null,
        fault: fault.name,
      });
      return;
    }
    const afterWork = async (): Promise<void> => {
      if (fault?.when === "after") await injectIntoGit(fault, response);
    };
    const actor = await serveGit({ world, url, request, response, afterWork });
    log({ status: response.statusCode, token: actor.id, resource: null, fault: fault?.name ?? null });
    return;
  }
  if (!isApi) {
    const known =
      world.repo(url.pathname.split("/").slice(1, 3).join("/")) !== null ||
      world.account(url.pathname.slice(1)) !== null;
    response
      .writeHead(known ? 200 : 404, { "content-type": "text/plain" })
      .end(known ? "A page of GitHub.\n" : "Not Found\n");
    log({ status: response.statusCode, token: null, resource: null, fault: null });
    return;
  }
  const path =
    url.pathname.replace(/^\/api\/(v3|(?=graphql$))/, (_, kept: string) => (kept === "v3" ? "" : "/")) || "/";
  const outcome = await serveApi(emulator, request, response, url, path);
  const { status, actor, resource, fault } = outcome;
  log({ status, token: actor.id, resource, fault: fault?.name ?? null });
}

/** Whether the fault stands in the answer's place. After a push only its connection can be meant: its head is out already. */
async function injectIntoGit({ act }: Fault, response: ServerResponse): Promise<boolean> {
  if (act === "cut") response.socket?.destroy();
  else if (act === "hang") await new Promise((gone) => response.once("close", gone));
  else if ("delayMs" in act) {
    await sleep(act.delayMs);
    return false;
  } else if ("status" in act && !response.headersSent)
    response.writeHead(act.status, { "content-type": "text/plain" }).end("Injected by the test.\n");
  else return false;
  return true;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
