import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import { type Actor, anonymous } from "../auth/actor.ts";
import { authenticate } from "../auth/authenticate.ts";
import type { Emulator } from "../emulator.ts";
import type { Fault } from "../faults.ts";
import { limitAnswer } from "../limits/limit-answer.ts";
import type { Limiter } from "../limits/limiter.ts";
import type { Resource } from "../limits/primary-limit.ts";
import { type Answer, type Ask, errorBody, Refused } from "./answer.ts";
import { readBody } from "./read-body.ts";

/** What is known of a request when its answer is logged. */
export interface Outcome {
  readonly status: number | null;
  readonly actor: Actor;
  readonly resource: Resource;
  readonly fault: Fault | null;
}

/** Answers one request to the REST or GraphQL API. `path` has no `/api/v3` any more. */
export async function serveApi(
  emulator: Emulator,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  path: string,
): Promise<Outcome> {
  const { world } = emulator;
  const method = request.method ?? "GET";
  const resource: Resource =
    path === "/graphql" ? "graphql" : path.startsWith("/search/") ? "search" : "core";
  const body = await readBody(request);
  const fault = emulator.faults.match(method, path);
  const signedIn = authenticate(world, request.headers.authorization);
  const actor = "actor" in signedIn ? signedIn.actor : anonymous;
  const limiter = emulator.limiters.of(actor.id);
  const outcome = (status: number | null): Outcome => ({ status, actor, resource, fault });
  const send = (answer: Answer): Outcome => {
    const headers = {
      ...limitHeaders(limiter, resource, world.nowMs()),
      ...scopeHeaders(actor),
      ...answer.headers,
    };
    write(response, { ...answer, headers }, method);
    return outcome(answer.status);
  };

  if (fault?.when === "before") {
    const injected = await inject(fault, limiter, world.nowMs(), response);
    if (injected === "gone") return outcome(null);
    if (injected) return send(injected);
  }
  if ("complaint" in signedIn) return send({ status: 401, body: errorBody(401, signedIn.complaint) });
  if (!request.headers["user-agent"])
    return send({
      status: 403,
      body: errorBody(
        403,
        "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
      ),
    });
  const free = path === "/rate_limit";
  const points = free || resource === "graphql" ? 0 : 1;
  const hit = free ? null : limiter.enter(method, resource, points, world.nowMs());
  if (hit) {
    if (hit.insideCooldown)
      emulator.violate(
        "inside-cooldown",
        method,
        path,
        actor.id,
        `asked although ${hit.rule} had been reached`,
      );
    return send(limitAnswer(hit));
  }
  let answer: Answer;
  try {
    answer = await handle(emulator, { request, url, path, method, actor, body, limiter });
  } finally {
    if (!free) limiter.leave();
  }
  const conditional = notModified(request, method, answer);
  if (conditional && actor.kind !== "anonymous") limiter.giveBack(resource, points);
  if (fault?.when === "after") {
    const injected = await inject(fault, limiter, world.nowMs(), response);
    if (injected === "gone") return outcome(null);
    if (injected) return send(injected);
  }
  return send(conditional ?? withEtag(answer));
}

interface Work {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly path: string;
  readonly method: string;
  readonly actor: Actor;
  readonly body: Buffer;
  readonly limiter: Limiter;
}

async function handle(emulator: Emulator, work: Work): Promise<Answer> {
  const { world, router } = emulator;
  const { request, url, path, method, actor } = work;
  const aliased = aliasOf(emulator, path);
  const match = router.find(method === "HEAD" ? "GET" : method, aliased);
  if (match === null || "methods" in match) {
    emulator.mismatch(
      "request",
      method,
      path,
      match === null ? "no such path is known" : `known with ${match.methods.join(", ")} only`,
    );
    return { status: 404, body: errorBody(404, "Not Found") };
  }
  const apiUrl = `${world.serverUrl}${url.pathname.startsWith("/api/v3") ? "/api/v3" : ""}`;
  try {
    const parsed = parseBody(work.body);
    emulator.checkRequest(match, url, parsed);
    const ask: Ask = {
      world,
      actor,
      method,
      url:
        aliased === path
          ? url
          : new URL(`${url.pathname.startsWith("/api/v3") ? "/api/v3" : ""}${aliased}${url.search}`, url),
      params: match.params,
      query: url.searchParams,
      body: parsed ?? {},
      accept: request.headers.accept ?? "",
      apiUrl,
      limiter: work.limiter,
    };
    const answer = await match.handler(ask);
    emulator.checkAnswer(match, answer);
    return answer;
  } catch (error) {
    if (error instanceof Refused) {
      emulator.checkAnswer(match, error.answer);
      return error.answer;
    }
    emulator.mismatch(
      "answer",
      method,
      path,
      `the emulator failed: ${(error as Error).stack ?? String(error)}`,
    );
    return { status: 500, body: errorBody(500, "Server Error") };
  }
}

/** `/repositories/{id}/…` is another name of `/repos/{owner}/{repo}/…`. */
function aliasOf({ world }: Emulator, path: string): string {
  const found = /^\/repositories\/(\d+)(\/.*)?$/.exec(path);
  const repo = found && world.repos.get(Number(found[1]));
  return repo ? `/repos/${repo.owner}/${repo.name}${found[2] ?? ""}` : path;
}

function parseBody(body: Buffer): Record<string, unknown> | null {
  if (body.length === 0) return null;
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (value !== null && typeof value === "object" && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new Refused(400, "Problems parsing JSON");
}

async function inject(
  fault: Fault,
  limiter: Limiter,
  nowMs: number,
  response: ServerResponse,
): Promise<Answer | "gone" | null> {
  const { act } = fault;
  if (act === "cut") {
    response.socket?.destroy();
    return "gone";
  }
  if (act === "hang") {
    await new Promise((gone) => response.once("close", gone));
    return "gone";
  }
  if ("status" in act)
    return {
      status: act.status,
      body: act.body ?? errorBody(act.status, "Injected by the test"),
      headers: act.headers ?? {},
    };
  if ("limit" in act)
    return limitAnswer(limiter.limit({ rule: "a limit that the test began", ...act.limit }, nowMs));
  await sleep(act.delayMs);
  return null;
}

function etagOf(body: unknown): string {
  const text = Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return `W/"${createHash("sha256").update(text).digest("hex")}"`;
}

function withEtag(answer: Answer): Answer {
  if (answer.status !== 200 || answer.body === undefined) return answer;
  return { ...answer, headers: { etag: etagOf(answer.body), ...answer.headers } };
}

function notModified(request: IncomingMessage, method: string, answer: Answer): Answer | null {
  const asked = request.headers["if-none-match"];
  if (asked === undefined || method !== "GET" || answer.status !== 200 || answer.body === undefined)
    return null;
  const etag = etagOf(answer.body);
  const bare = (tag: string): string => tag.trim().replace(/^W\//, "");
  if (!asked.split(",").some((tag) => bare(tag) === bare(etag))) return null;
  return { status: 304, headers: { etag } };
}

function limitHeaders(limiter: Limiter, resource: Resource, nowMs: number): Record<string, string> {
  const { limit, remaining, used, reset } = limiter.budget(resource, nowMs);
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-used": String(used),
    "x-ratelimit-reset": String(reset),
    "x-ratelimit-resource": resource,
  };
}

const scopeHeaders = (actor: Actor): Record<string, string> =>
  actor.kind === "user" && actor.scopes !== null ? { "x-oauth-scopes": actor.scopes.join(", ") } : {};

function write(response: ServerResponse, { status, body, headers = {} }: Answer, method: string): void {
  const common = { date: new Date().toUTCString(), "x-github-request-id": "EMULATED", ...headers };
  if (body === undefined) {
    response.writeHead(status, common).end();
    return;
  }
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": bytes.length,
    ...common,
  });
  response.end(method === "HEAD" ? undefined : bytes);
}
