import { DiscoveryError, type DiscoveryErrorCode } from "../errors.ts";
import { plainText } from "../plain-text.ts";

export interface JsonCall {
  /** For messages: "Apollo". */
  readonly service: string;
  /** Name of the environment variable that holds the key, for messages. */
  readonly keyName: string;
  readonly method: "GET" | "POST";
  readonly url: string;
  /** The key's header is one of them; it is in no message and no URL. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  /** Pause after a 429 that names none. */
  readonly limitPauseMs: number;
}

const MAX_BYTES = 4 * 1024 * 1024;

/** A call that was refused before it did anything: its reservation can be released. */
export class RefusedCall extends DiscoveryError {}

/**
 * One HTTP call, made once. Redirects are not followed, so the key goes nowhere else.
 *
 * @throws RefusedCall the service refused it (`unauthorized`, `credits`, `rate_limited`, `invalid`) or could not be reached
 * @throws DiscoveryError `unavailable`: it is not known whether the call did its work; the signal's reason
 */
export async function callJson(call: JsonCall): Promise<unknown> {
  const { service, signal } = call;
  checkAddress(call);
  const deadline = AbortSignal.timeout(call.timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(call.url, {
      method: call.method,
      redirect: "error",
      headers: { accept: "application/json", "content-type": "application/json", ...call.headers },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    text = await readCapped(response);
  } catch (error) {
    signal?.throwIfAborted();
    const why = deadline.aborted ? `no answer within ${call.timeoutMs / 1000} s` : causeOf(error);
    const message = `${service} could not be reached (${why}). Look at the connection and the base URL, then call again.`;
    if (neverSent(error)) throw new RefusedCall("unavailable", message, { cause: error });
    throw new DiscoveryError("unavailable", `${service} gave no whole answer (${why}).`, { cause: error });
  }
  if (response.status >= 500)
    throw new DiscoveryError("unavailable", `${service} answered ${response.status}: ${wordsOf(text)}`);
  if (!response.ok) throw refusal(call, response, text);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DiscoveryError("unavailable", `${service} answered something that is no JSON.`, {
      cause: error,
    });
  }
}

/** A key goes over TLS only, but for this computer itself. */
function checkAddress({ service, url }: JsonCall): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:" || ["127.0.0.1", "[::1]", "localhost"].includes(hostname)) return;
  throw new RefusedCall(
    "invalid",
    `${service}'s base URL is ${protocol}//${hostname}: give one that begins with https://.`,
  );
}

function refusal(call: JsonCall, response: Response, text: string): RefusedCall {
  const { service, keyName } = call;
  const { status } = response;
  const words = wordsOf(text);
  if (status === 429) {
    const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
    const retryAfterMs = Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : call.limitPauseMs;
    const wait = Math.ceil(retryAfterMs / 1000);
    return new RefusedCall(
      "rate_limited",
      `${service}'s limit is reached: ${words} Call again in ${wait} s.`,
      {
        retryAfterMs,
      },
    );
  }
  const [code, act] = ((): [DiscoveryErrorCode, string] => {
    if (status === 401) return ["unauthorized", `Set ${keyName} to a key that is valid.`];
    if (status === 403)
      return ["unauthorized", `The key in ${keyName} is not good for this; a master key is.`];
    if (status === 402 || /insufficient credits|not enough credits|out of credits/iu.test(words))
      return ["credits", `Buy credits, or wait for the next month's.`];
    return ["invalid", "This version of the program asks wrongly; report it."];
  })();
  return new RefusedCall(code, `${service} refused (${status}): ${words} ${act}`);
}

async function readCapped(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`the answer is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The connection was never made, so nothing can have happened. */
function neverSent(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? error) as { code?: unknown };
  return [
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ENETUNREACH",
    "EHOSTUNREACH",
    "UND_ERR_CONNECT_TIMEOUT",
  ].includes(String(code));
}

function causeOf(error: unknown): string {
  const cause = (error as Error).cause ?? error;
  return plainText(cause instanceof Error ? cause.message : String(cause), 200);
}

function wordsOf(text: string): string {
  const words = plainText(text, 300);
  return words === "" ? "no reason was given." : words;
}
