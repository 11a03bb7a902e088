import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ApiRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; null: there is none. */
  readonly body: unknown;
}

export interface ApiAnswer {
  readonly status: number;
  /** A string is sent as text/plain, anything else as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What goes wrong with one request. */
export interface ApiFault {
  /** Requests whose path holds this. Default: every one. */
  readonly path?: string;
  /** Let so many matching requests pass first. Default: 0. */
  readonly skip?: number;
  /**
   * - an answer: it is given, and nothing is done
   * - `cut`: the connection ends before anything is done
   * - `cut-after`: everything is done, then the connection ends without an answer
   * - `hang-after`: everything is done, and no answer ever comes
   */
  readonly fault: ApiAnswer | "cut" | "cut-after" | "hang-after";
}

/** A request as it came, without its headers: no key is in it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
  /** null: no answer was given. */
  readonly status: number | null;
}

export interface JsonApi extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly requests: readonly SeenRequest[];
  /** The next matching request fails so; each call is good for one. */
  failNext(fault: ApiFault): void;
  stop(): Promise<void>;
}

const MAX_BODY = 1_000_000;

/** A JSON API on a loopback port; `answer` is its whole behaviour, called one request at a time. */
export async function startJsonApi(answer: (request: ApiRequest) => ApiAnswer): Promise<JsonApi> {
  const requests: SeenRequest[] = [];
  const faults: { left: number; path: string; fault: ApiFault["fault"] }[] = [];
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? "/", "http://localhost");
    const text = await readBody(incoming);
    const body = parseJson(text);
    const seen = { method: incoming.method ?? "GET", path: url.pathname, query: url.search.slice(1) };
    const fault = takeFault(url.pathname);
    if (fault === "cut") {
      requests.push({ ...seen, body, status: null });
      incoming.socket.destroy();
      return;
    }
    const given =
      fault !== null && typeof fault === "object"
        ? fault
        : text !== "" && body === undefined
          ? { status: 400, body: { error: "The body is no JSON." } }
          : answer({
              method: seen.method,
              path: url.pathname,
              query: url.searchParams,
              headers: flat(incoming),
              body: body ?? null,
            });
    const silent = fault === "cut-after" || fault === "hang-after";
    requests.push({ ...seen, body, status: silent ? null : given.status });
    if (fault === "cut-after") incoming.socket.destroy();
    if (silent) return;
    const isText = typeof given.body === "string";
    response.writeHead(given.status, {
      "content-type": isText ? "text/plain; charset=utf-8" : "application/json; charset=utf-8",
      ...given.headers,
    });
    response.end(isText ? given.body : JSON.stringify(given.body));
  }

  function takeFault(path: string): ApiFault["fault"] | null {
    const index = faults.findIndex((fault) => path.includes(fault.path));
    const fault = faults[index];
    if (fault === undefined) return null;
    if (fault.left > 0) {
      fault.left -= 1;
      return null;
    }
    faults.splice(index, 1);
    return fault.fault;
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  };
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    failNext: ({ path = "", skip = 0, fault }) => void faults.push({ left: skip, path, fault }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error("the body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function flat(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(", ")]),
  );
}
