import { setTimeout as delay } from "node:timers/promises";
import type { BatchConfig } from "@universe-optimize/pipeline/config";
import type { Notice } from "./notice.ts";
import { noticeBody } from "./notice.ts";

/** Tells people. Nothing waits for it. */
export interface Notifier extends AsyncDisposable {
  /** Queues the notice and returns. */
  tell(notice: Notice): void;
  /** Notices that could not be delivered, or for which there was no room. */
  readonly lost: number;
}

export interface WebhookOptions {
  readonly campaign: string;
  readonly url: string;
  readonly settings: Omit<BatchConfig["notify"], "url">;
  /** Takes secrets out of a text. */
  readonly mask: (text: string) => string;
  readonly onLost: (error: unknown, notice: Notice) => void;
  /** How long disposal waits for what is queued; default 5 s. */
  readonly flushMs?: number;
}

/** Notices waiting at most: a receiver that is away for days fills no memory. */
const MAX_WAITING = 1000;
const MAX_PAUSE_MS = 60_000;

/** Posts notices to a webhook, one after another, with retries. 408, 429 and 5xx are tried again, other refusals are not. */
export function webhook(options: WebhookOptions): Notifier {
  const queue: { readonly notice: Notice; readonly at: Date }[] = [];
  const end = new AbortController();
  let lost = 0;
  let sending: Promise<void> | null = null;

  const drop = (error: unknown, notice: Notice): void => {
    lost += 1;
    options.onLost(error, notice);
  };
  const sendAll = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      try {
        await post(options, next.notice, next.at, end.signal);
      } catch (error) {
        drop(error, next.notice);
      }
    sending = null;
  };
  return {
    get lost() {
      return lost;
    },
    tell(notice) {
      if (queue.length >= MAX_WAITING || end.signal.aborted)
        return drop(new Error(`${queue.length} notifications wait already`), notice);
      queue.push({ notice, at: new Date() });
      sending ??= sendAll();
    },
    async [Symbol.asyncDispose]() {
      const timer = setTimeout(() => end.abort(new Error("the process ends")), options.flushMs ?? 5000);
      await sending;
      clearTimeout(timer);
      end.abort();
    },
  };
}

/** Tells nobody. */
export function noNotifier(): Notifier {
  return { lost: 0, tell: () => {}, [Symbol.asyncDispose]: () => Promise.resolve() };
}

async function post(
  { campaign, url, settings, mask }: WebhookOptions,
  notice: Notice,
  at: Date,
  signal: AbortSignal,
): Promise<void> {
  const body = mask(JSON.stringify(noticeBody(campaign, notice, at)));
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    let problem: string;
    let waitMs = Math.min(settings.retrySeconds * 1000 * 2 ** attempt, MAX_PAUSE_MS);
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", "user-agent": "universe-optimize-batch" },
        body,
        // A redirect would take the notice to whom nobody chose.
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(settings.timeoutSeconds * 1000)]),
      });
      await response.body?.cancel();
      if (response.ok) return;
      problem = `the webhook answered ${response.status}`;
      const transient = response.status === 408 || response.status === 429 || response.status >= 500;
      if (!transient) throw new GivenUp(problem);
      const seconds = Number(response.headers.get("retry-after"));
      if (seconds > 0) waitMs = Math.min(seconds * 1000, MAX_PAUSE_MS);
    } catch (error) {
      if (error instanceof GivenUp || signal.aborted) throw error;
      // The address may be a secret: of the error only its kind is told.
      const { cause, name } = error as Error & { cause?: { code?: string } };
      problem = `the webhook cannot be reached (${cause?.code ?? name})`;
    }
    if (attempt >= settings.retries) throw new GivenUp(`${problem}, ${attempt + 1} times`);
    await delay(waitMs, undefined, { signal });
  }
}

class GivenUp extends Error {}
