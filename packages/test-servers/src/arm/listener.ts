import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { actionName } from "./action-name.ts";
import { ArmError, errorBody } from "./arm-error.ts";
import type { Authority } from "./authority.ts";
import { checkJoins } from "./check-joins.ts";
import type { FaultRule, Faults } from "./faults.ts";
import type { Cloud } from "./kinds/kind.ts";
import { SERIAL_LOGS, serialLog } from "./kinds/vm-actions.ts";
import { parseBody, readBody, send } from "./http-io.ts";
import { type ArmPath, readArmPath } from "./resource-path.ts";
import type { ArmAnswer } from "./arm-request.ts";
import { route } from "./route.ts";
import { bucketOf, type Throttle } from "./throttle.ts";
import type { ArmCall } from "./types.ts";

/** Sees a request before and after it did what it does; what it resolves with decides whether the connection is cut then. */
export type CallHook = (
  call: ArmCall,
  when: "before" | "after",
) => Promise<"go on" | "cut"> | "go on" | "cut";

export interface ListenerParts {
  readonly cloud: Cloud;
  readonly authority: Authority;
  readonly throttle: Throttle;
  readonly faults: Faults;
  readonly calls: ArmCall[];
  readonly state: { denied: readonly string[]; hook: CallHook | null };
  readonly base: () => string;
}

/** The connection is to be cut: no answer. */
const CUT = Symbol("cut");

/** Takes requests in, in the order of checks that ARM has: token, limits, subscription, role, body. */
export function makeListener(parts: ListenerParts): RequestListener {
  return (request, response) => {
    serve(parts, request, response).catch(() => request.socket.destroy());
  };
}

async function serve(
  parts: ListenerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", parts.base());
  const text = await readBody(request);
  const method = request.method ?? "GET";
  const answered = parts.authority.answer(method, url.pathname, parts.base(), text, Date.now());
  if (answered !== null) {
    send(response, answered.status, { ...answered.headers }, answered.body);
    return;
  }
  if (method === "GET" && url.pathname.startsWith(SERIAL_LOGS)) {
    const log = serialLog(parts.cloud, url.pathname.slice(SERIAL_LOGS.length));
    response.writeHead(log === null ? 404 : 200, { "content-type": "text/plain" }).end(log ?? "");
    return;
  }
  const index = parts.calls.length;
  let call: ArmCall = {
    number: index + 1,
    method,
    path: url.pathname,
    query: url.search.slice(1),
    principal: null,
    at: Date.now(),
    status: null,
    code: null,
  };
  parts.calls.push(call);
  const note = (change: Partial<ArmCall>): void => {
    call = { ...call, ...change };
    parts.calls[index] = call;
  };
  const answer = await respond(parts, request, url, text, call, note);
  if (answer === CUT || response.destroyed) {
    request.socket.destroy();
    return;
  }
  const code = (answer.body as { error?: { code?: string } } | undefined)?.error?.code ?? null;
  note({ status: answer.status, code });
  send(response, answer.status, { ...answer.headers }, answer.body);
}

async function respond(
  parts: ListenerParts,
  request: IncomingMessage,
  url: URL,
  text: string,
  call: ArmCall,
  note: (change: Partial<ArmCall>) => void,
): Promise<ArmAnswer | typeof CUT> {
  if ((await parts.state.hook?.(call, "before")) === "cut") return CUT;
  const struck = parts.faults.strike(call.method, call.path);
  const fault = struck.find(({ effect }) => effect === "fail" || effect === "stall") ?? null;
  const limits: Record<string, string> = {};
  let answer: ArmAnswer;
  try {
    const principal = authenticate(parts, request);
    note({ principal });
    await strike(parts, struck, "before", principal, call);
    admit(parts, principal, call, limits);
    const path = authorize(parts, principal, url, call);
    const body = text === "" ? undefined : parseBody(text);
    if (call.method === "PUT") checkJoins(body, (action) => isDenied(parts, action));
    answer = route(parts.cloud, {
      method: call.method,
      path,
      query: url.searchParams,
      rawPath: url.pathname,
      body,
      conditions: { match: request.headers["if-match"], noneMatch: request.headers["if-none-match"] },
      fault,
      base: parts.base(),
    });
    await strike(parts, struck, "after", principal, call);
  } catch (error) {
    if (error === CUT) return CUT;
    const refusal =
      error instanceof ArmError
        ? error
        : new ArmError(500, "InternalServerError", String((error as Error).stack));
    answer = { status: refusal.status, headers: refusal.headers, body: errorBody(refusal) };
  }
  if ((await parts.state.hook?.(call, "after")) === "cut") return CUT;
  return { ...answer, headers: { ...limits, ...answer.headers } };
}

function authenticate(parts: ListenerParts, request: IncomingMessage): string {
  const token = parts.authority.check(request.headers.authorization, Date.now());
  if (typeof token === "object") return token.principal;
  const authority = `authorization_uri="${parts.base()}/${parts.cloud.settings.tenantId}"`;
  if (token === "missing")
    throw new ArmError(
      401,
      "AuthenticationFailed",
      "Authentication failed. The 'Authorization' header is missing.",
      {
        "www-authenticate": `Bearer ${authority}, error="invalid_token", error_description="The 'Authorization' header is missing."`,
      },
    );
  throw new ArmError(
    401,
    "ExpiredAuthenticationToken",
    "The access token expiry is earlier than the current time. Please use 'az login' or ask for a new token.",
    {
      "www-authenticate": `Bearer ${authority}, error="invalid_token", error_description="The access token is invalid or has expired."`,
    },
  );
}

function admit(parts: ListenerParts, principal: string, call: ArmCall, limits: Record<string, string>): void {
  const bucket = bucketOf(call.method);
  const admission = parts.throttle.admit(principal, bucket, call.number, Date.now());
  limits[`x-ms-ratelimit-remaining-subscription-${bucket}`] = String(admission.remaining);
  if (admission.retryAfterSeconds === null) return;
  throw new ArmError(
    429,
    "SubscriptionRequestsThrottled",
    `Number of '${bucket}' requests for subscription '${parts.cloud.settings.subscriptionId}' actor '${principal}' exceeded. Please try again after '${admission.retryAfterSeconds}' seconds after additional tokens are available.`,
    { "retry-after": String(admission.retryAfterSeconds) },
  );
}

function authorize(parts: ListenerParts, principal: string, url: URL, call: ArmCall): ArmPath {
  const path = readArmPath(url.pathname);
  if (path === null)
    throw new ArmError(
      404,
      "NotFound",
      `No HTTP resource was found that matches the request URI '${url.pathname}'.`,
    );
  if (path.kind === "subscriptions") return path;
  const { subscriptionId } = parts.cloud.settings;
  if (path.subscription.toLowerCase() !== subscriptionId.toLowerCase())
    throw new ArmError(
      404,
      "SubscriptionNotFound",
      `The subscription '${path.subscription}' could not be found.`,
    );
  const action = actionName(call.method, path);
  if (action !== null && isDenied(parts, action))
    throw new ArmError(
      403,
      "AuthorizationFailed",
      `The client '${principal}' with object id '${principal}' does not have authorization to perform action '${action}' over scope '${url.pathname}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    );
  return path;
}

function isDenied(parts: ListenerParts, action: string): boolean {
  return parts.state.denied.some((start) => action.toLowerCase().startsWith(start.toLowerCase()));
}

/** What faults do at this point, besides failing an operation. */
async function strike(
  parts: ListenerParts,
  struck: readonly FaultRule[],
  when: "before" | "after",
  principal: string,
  call: ArmCall,
): Promise<void> {
  for (const rule of struck) {
    if ((rule.when ?? "before") !== when) continue;
    if (rule.effect === "slow") await new Promise((resolve) => setTimeout(resolve, rule.ms ?? 1000));
    if (rule.effect === "cut") throw CUT;
    // Until the client goes away, or the emulator does.
    if (rule.effect === "hang") await new Promise(() => {});
    if (rule.effect === "error") {
      const seconds = rule.retryAfterSeconds;
      if (rule.status === 429 && seconds !== undefined)
        parts.throttle.refuse(principal, bucketOf(call.method), seconds, Date.now());
      throw new ArmError(
        rule.status ?? 500,
        rule.code ?? "InternalServerError",
        rule.message ?? "Encountered internal server error.",
        seconds === undefined ? {} : { "retry-after": String(seconds) },
      );
    }
  }
}
