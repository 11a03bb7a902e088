import type { z } from "zod";
import { DeliveryError } from "../errors.ts";
import { allowedUrl, type ApolloRequest } from "./allow-list.ts";

export interface ApolloOptions {
  /** `outreach.apollo.baseUrl`; default `https://api.apollo.io/api/v1`. */
  readonly baseUrl?: string;
  /** `APOLLO_API_KEY`. It goes into a header, never into an address. */
  readonly apiKey: string;
  /** Milliseconds a request; default 30,000. */
  readonly timeoutMs?: number;
}

/** Asks Apollo for what the list allows, and for nothing else. */
export interface ApolloClient {
  /** @throws DeliveryError `forbidden_path`, `refused`, `rate_limited`, `unreachable`, `unexpected` */
  request<T>(request: ApolloRequest, answer: z.ZodType<T>, signal?: AbortSignal): Promise<T>;
}

const maxAnswerBytes = 4 * 1024 * 1024;

/**
 * Apollo's key from the environment, APOLLO_API_KEY.
 *
 * @throws DeliveryError `no_key`
 */
export function apolloKey(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const key = environment["APOLLO_API_KEY"] ?? "";
  if (key !== "") return key;
  throw new DeliveryError("APOLLO_API_KEY is not set. Set it in the environment or in .env.", {
    code: "no_key",
  });
}

/** A client that cannot reach a path that sends, approves or activates: see `allowedRequests`. Redirects are not followed. */
export function apolloClient(options: ApolloOptions): ApolloClient {
  const baseUrl = options.baseUrl ?? "https://api.apollo.io/api/v1";
  return {
    async request(request, answer, signal) {
      const url = allowedUrl(baseUrl, request);
      const what = `${request.method} ${request.path}`;
      const timeout = AbortSignal.timeout(options.timeoutMs ?? 30_000);
      const all = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
      try {
        const response = await fetch(url, {
          method: request.method,
          redirect: "manual",
          signal: all,
          headers: {
            accept: "application/json",
            "content-type": "application/json",
            "x-api-key": options.apiKey,
          },
          ...(request.method === "GET" ? {} : { body: JSON.stringify(request.body ?? {}) }),
        });
        const text = await readCapped(response, what);
        if (!response.ok) throw failure(response, text, what);
        return parse(text, answer, what);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof DeliveryError) throw error;
        throw new DeliveryError(`Apollo did not answer ${what}. Try again in a minute.`, {
          code: "unreachable",
          retryable: true,
          cause: error,
        });
      }
    },
  };
}

async function readCapped(response: Response, what: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > maxAnswerBytes)
      throw new DeliveryError(`Apollo's answer to ${what} is longer than 4 MiB. Nothing of it was used.`, {
        code: "unexpected",
      });
    text += decoder.decode(chunk as Uint8Array, { stream: true });
  }
  return text + decoder.decode();
}

function failure(response: Response, text: string, what: string): DeliveryError {
  const { status } = response;
  const words = text
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, 200);
  if (status >= 300 && status < 400)
    return new DeliveryError(
      `Apollo sends ${what} elsewhere, which is not followed. Check outreach.apollo.baseUrl.`,
      {
        code: "unexpected",
      },
    );
  if (status === 429) {
    const seconds = Number(response.headers.get("retry-after"));
    return new DeliveryError(`Apollo allows no more of ${what} for now (${words}). Wait, then push again.`, {
      code: "rate_limited",
      retryable: true,
      retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 60_000,
    });
  }
  if (status === 401 || status === 403)
    return new DeliveryError(
      `Apollo does not let this key do ${what} (${status}: ${words}). Use a key that includes the endpoint; sequences need a master key.`,
      { code: "refused" },
    );
  const isPassing = status >= 500 || status === 408;
  return new DeliveryError(`Apollo answered ${what} with ${status}: ${words}.`, {
    code: isPassing ? "unreachable" : "refused",
    retryable: isPassing,
  });
}

function parse<T>(text: string, answer: z.ZodType<T>, what: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new DeliveryError(`Apollo's answer to ${what} is not JSON. Check outreach.apollo.baseUrl.`, {
      code: "unexpected",
      cause,
    });
  }
  const parsed = answer.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new DeliveryError(
    `Apollo's answer to ${what} is not as documented: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}. Look in Apollo what became of it before you push again.`,
    { code: "unexpected" },
  );
}
