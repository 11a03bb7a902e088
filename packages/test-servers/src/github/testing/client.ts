import type { GitHubServer } from "../start-github.ts";

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line no-explicit-any -- tests look into answers of every shape
  readonly body: any;
}

export type Client = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Reply>;

/** A plain client of the API, which follows no redirect. */
export function client(server: GitHubServer, token?: string): Client {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${server.apiUrl}${path}`, {
      method,
      redirect: "manual",
      headers: {
        "user-agent": "test",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get("content-type")?.includes("json");
    return {
      status: response.status,
      headers: response.headers,
      body: json && text ? JSON.parse(text) : text,
    };
  };
}
