import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** Requests left, by API: `api.github.com core`, `management.azure.com subscription-reads`. */
export interface ApiBudget extends Disposable {
  left(): Readonly<Record<string, number>>;
}

const AZURE = "x-ms-ratelimit-remaining-";

/**
 * Listens to the answers of every HTTP client in this process (fetch and node:http announce them), and remembers what servers say is
 * left of a limit. It changes no request.
 */
export function watchApiBudget(): ApiBudget {
  const left = new Map<string, number>();
  const note = (host: string, headers: ReadonlyMap<string, string>): void => {
    for (const [name, value] of headers) {
      const count = Number(value);
      if (value === "" || !Number.isFinite(count)) continue;
      if (name === "x-ratelimit-remaining")
        left.set(`${host} ${headers.get("x-ratelimit-resource") ?? "core"}`, count);
      else if (name.startsWith(AZURE)) left.set(`${host} ${name.slice(AZURE.length)}`, count);
    }
  };
  const onFetch = (message: unknown): void => {
    const { request, response } = message as {
      request?: { origin?: string | URL };
      response?: { headers?: readonly Uint8Array[] };
    };
    if (request?.origin === undefined || response?.headers === undefined) return;
    note(
      new URL(request.origin).host,
      pairs(response.headers.map((bytes) => Buffer.from(bytes).toString("latin1"))),
    );
  };
  const onHttp = (message: unknown): void => {
    const { request, response } = message as {
      request?: { host?: string };
      response?: { rawHeaders?: readonly string[] };
    };
    if (request?.host === undefined || response?.rawHeaders === undefined) return;
    note(request.host, pairs(response.rawHeaders));
  };
  subscribe("undici:request:headers", onFetch);
  subscribe("http.client.response.finish", onHttp);
  return {
    left: () => Object.fromEntries(left),
    [Symbol.dispose]() {
      unsubscribe("undici:request:headers", onFetch);
      unsubscribe("http.client.response.finish", onHttp);
    },
  };
}

function pairs(flat: readonly string[]): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (let index = 0; index + 1 < flat.length; index += 2)
    map.set((flat[index] ?? "").toLowerCase(), flat[index + 1] ?? "");
  return map;
}
