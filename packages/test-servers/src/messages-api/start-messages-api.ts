import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readMessagesRequest, type MessagesRequest } from "./messages-request.ts";
import { errorBody, isRefusal, type MessagesReply, type Refusal } from "./reply.ts";
import { streamMessage, writeMessage } from "./write-answer.ts";

/**
 * What the model says. A list answers one request after the other (an error is an entry too, so a client that tries again gets the
 * next), then says "Done."; a function sees each request. Requests without tools, which clients make for titles and the like, are
 * answered "Done." and use up no entry of a list.
 */
export type MessagesScript =
  | readonly MessagesReply[]
  | ((request: MessagesRequest) => MessagesReply | Promise<MessagesReply>);

export interface MessagesApiOptions {
  readonly script: MessagesScript;
  /** Keys that are accepted, as `x-api-key` or bearer token; others get 401. Default: any key, but one there must be. */
  readonly keys?: readonly string[];
  /** Models that there are; others get 404. Default: whatever is asked for. */
  readonly models?: readonly string[];
}

/** A request as it came in, without its key. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** Status that was answered; null: cut off, or not answered. */
  readonly status: number | null;
  /** Of `POST /v1/messages` only. */
  readonly message: MessagesRequest | null;
}

export interface MessagesApi extends AsyncDisposable {
  readonly port: number;
  /** For `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly SeenRequest[];
  /** Ends the connections and the server. May be called twice. */
  dispose(): Promise<void>;
}

const MAX_BODY_BYTES = 64 * 2 ** 20;

/**
 * Serves Anthropic's Messages API on a free loopback port, with a script in the model's place: messages as server-sent events
 * or as one document, tool calls, the documented errors, count_tokens and the list of models. The shapes follow the public
 * documentation (https://docs.claude.com/en/api/messages) and what Claude Code 2.1.330 asks for.
 */
export async function startMessagesApi(options: MessagesApiOptions): Promise<MessagesApi> {
  const requests: SeenRequest[] = [];
  let entries = 0;
  let numbers = 0;

  const reply = async (request: MessagesRequest): Promise<MessagesReply> => {
    if (typeof options.script === "function") return await options.script(request);
    if (request.tools.length === 0) return DONE;
    const entry = options.script[entries] ?? DONE;
    entries += 1;
    return entry;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    numbers += 1;
    const number = numbers;
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const seen = { method: request.method ?? "GET", path: pathname, status: null, message: null };
    const note = (status: number | null, message: MessagesRequest | null = null): void => {
      requests.push({ ...seen, status, message });
    };
    const refuse = (refusal: Refusal, message: MessagesRequest | null = null): void => {
      note(refusal.status, message);
      response.writeHead(refusal.status, { "content-type": "application/json", ...refusal.headers });
      response.end(errorBody(refusal, `req_${number}`));
    };
    const json = (value: unknown): void => {
      note(200);
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    response.setHeader("request-id", `req_${number}`);
    const body = await readBody(request);
    if (body === null) return refuse({ status: 413, message: "Request exceeds the maximum size" });
    if (!isKnown(request, options.keys)) return refuse({ status: 401, message: "invalid x-api-key" });
    if (seen.method === "GET" && seen.path === "/v1/models") return json(modelList(options.models));
    if (seen.method !== "POST" || !seen.path.startsWith("/v1/messages")) {
      return refuse({ status: 404, message: `${seen.path} is not served here` });
    }
    const message = readMessagesRequest(body);
    if (message === null) return refuse({ status: 400, message: "messages: Field required" });
    if (options.models !== undefined && !options.models.includes(message.model)) {
      return refuse({ status: 404, message: `model: ${message.model}` }, message);
    }
    if (seen.path === "/v1/messages/count_tokens") return json({ input_tokens: Math.ceil(body.length / 4) });
    const next = await reply(message);
    if (next === "hang") return note(null, message);
    if (next === "cut") {
      note(null, message);
      request.socket.destroy();
      return;
    }
    if (isRefusal(next)) return refuse(next, message);
    note(200, message);
    const frame = { model: message.model, number, requestBytes: body.length };
    if (message.stream) streamMessage(response, next, frame);
    else writeMessage(response, next, frame);
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
  return { port, url: `http://127.0.0.1:${port}`, requests, dispose, [Symbol.asyncDispose]: dispose };
}

const DONE: MessagesReply = { text: "Done." };

/** The body as text; null when it is too large. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function isKnown(request: IncomingMessage, keys: readonly string[] | undefined): boolean {
  const header = request.headers["x-api-key"] ?? request.headers.authorization?.replace(/^Bearer /i, "");
  if (typeof header !== "string" || header === "") return false;
  return keys === undefined || keys.includes(header);
}

function modelList(models: readonly string[] = []): unknown {
  return {
    data: models.map((id) => ({
      type: "model",
      id,
      display_name: id,
      created_at: "2026-01-01T00:00:00Z",
    })),
    has_more: false,
    first_id: models[0] ?? null,
    last_id: models.at(-1) ?? null,
  };
}
