import type { EndClass } from "./picture.ts";

export interface EndFacts {
  readonly outcome: "completed" | "failed" | "stopped" | "skipped" | null;
  readonly claims: number;
  readonly reason: string | null;
  /** Why the agent was stopped; null: it was not. */
  readonly stopCode: string | null;
}

const LIMITS = new Set(["time_limit", "no_result", "stuck"]);

/** How a finished run ended. */
export function endClass({ outcome, claims, reason, stopCode }: EndFacts): EndClass {
  switch (outcome) {
    case "completed":
      return claims > 0 ? "completed" : "empty";
    case "skipped":
      return "skipped";
    case "stopped":
      return reason?.includes("by hand") === true ? "stopped" : "lost";
    case "failed":
    case null:
      if (stopCode === "requested") return "stopped";
      return stopCode !== null && LIMITS.has(stopCode) ? "timedOut" : "failed";
  }
}

export interface FailureFacts {
  readonly end: EndClass;
  readonly reason: string | null;
  readonly stopCode: string | null;
  /** The journal's last failed attempt; null: no step failed. */
  readonly lastError: { readonly step: string; readonly code: string } | null;
}

/**
 * The class of a failure: the step and the code of its error where a step failed, else what the verdict says, without its numbers and
 * names. null for what is no failure.
 */
export function failureClass({ end, reason, stopCode, lastError }: FailureFacts): string | null {
  if (end === "lost") return "machine:lost";
  if (end === "timedOut") return `watch:${stopCode ?? "limit"}`;
  if (end !== "failed") return null;
  if (lastError !== null && reason?.startsWith(`${lastError.step}: `) === true)
    return `${lastError.step}:${lastError.code}`;
  const first = /^[^:;,(]*/.exec(reason ?? "")?.[0] ?? "";
  const words = first
    .toLowerCase()
    .replaceAll(/\d+/g, "n")
    .replaceAll(/[^a-z]+/g, "_");
  return `collect:${words.replaceAll(/^_|_$/g, "").slice(0, 60) || "failed"}`;
}
