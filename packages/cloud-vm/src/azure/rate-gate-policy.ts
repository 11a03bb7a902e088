import { AsyncLocalStorage } from "node:async_hooks";
import type { PipelinePolicy, PipelineResponse } from "@azure/core-rest-pipeline";
import type { RateBucket, RateGate, Urgency } from "./rate-gate.ts";

const MAX_REFUSALS = 30;
const LONGEST_GUESS_MS = 60_000;

const removing = new AsyncLocalStorage<true>();

/** Everything that is asked within goes before other requests: what is removed stops costing. */
export function withUrgency<T>(act: () => Promise<T>): Promise<T> {
  return removing.run(true, act);
}

/**
 * Sends requests through the gate and repeats those that Azure refuses with 429, when it says that they may be repeated:
 * also without a `Retry-After`, which the SDK takes for the end.
 */
export function rateGatePolicy(gate: RateGate, onThrottled: (message: string) => void): PipelinePolicy {
  return {
    name: "rateGatePolicy",
    async sendRequest(request, next) {
      const bucket = bucketOf(request.method);
      const urgency = urgencyOf(bucket, request.url);
      for (let refusals = 1; ; refusals++) {
        await gate.enter(bucket, urgency, request.abortSignal);
        let response: PipelineResponse | null = null;
        try {
          response = await next(request);
          if (response.status === 429) {
            const ms = retryAfterMs(response) ?? Math.min(LONGEST_GUESS_MS, 500 * 2 ** refusals);
            gate.pause(bucket, ms);
            onThrottled(
              `Azure refuses ${bucket} for ${(ms / 1000).toFixed(1)} s (${request.method} ${lastParts(request.url)})`,
            );
          }
        } finally {
          gate.leave(bucket, response === null ? null : remainingOf(response, bucket));
        }
        if (response.status !== 429 || refusals >= MAX_REFUSALS) return response;
      }
    },
  };
}

function bucketOf(method: string): RateBucket {
  if (method === "GET" || method === "HEAD") return "reads";
  return method === "DELETE" ? "deletes" : "writes";
}

function urgencyOf(bucket: RateBucket, url: string): Urgency {
  if (bucket === "deletes" || removing.getStore() === true) return 0;
  return bucket === "reads" && /\/(?:async)?operations?(?:status|results?)?\//i.test(url) ? 2 : 1;
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfterMs(response: PipelineResponse): number | null {
  const text = response.headers.get("retry-after");
  if (text === undefined) return null;
  const ms = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

/** The least of what the answer says is left, subscription-wide or in the tenant. */
function remainingOf(response: PipelineResponse, bucket: RateBucket): number | null {
  const counts = [
    `x-ms-ratelimit-remaining-subscription-${bucket}`,
    `x-ms-ratelimit-remaining-tenant-${bucket}`,
  ].flatMap((header) => {
    const text = response.headers.get(header);
    return text !== undefined && /^\d+$/.test(text.trim()) ? [Number(text)] : [];
  });
  return counts.length === 0 ? null : Math.min(...counts);
}

function lastParts(url: string): string {
  return new URL(url).pathname.split("/").slice(-2).join("/").slice(0, 120);
}
