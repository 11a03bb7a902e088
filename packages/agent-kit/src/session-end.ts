import type { Transcript } from "@universe-optimize/results-parser";

export type SessionEndKind =
  | "finished"
  | "turn_limit"
  | "budget"
  | "usage_limit"
  | "refused"
  | "killed"
  | "crashed"
  | "stuck";

/** How a session ended, and what may be done about it. */
export interface SessionEnd {
  readonly kind: SessionEndKind;
  /**
   * - `no`: the same again would end the same way, or there is nothing left to do.
   * - `resume`: `resumePlan`, now. - `resume_at`: the same, at `resumeAt`.
   * - `fresh_with_stronger_model`: a new session id and `withFallbackModel`.
   */
  readonly retry: "no" | "resume" | "resume_at" | "fresh_with_stronger_model";
  /** With `resume_at` only. */
  readonly resumeAt: Date | null;
  readonly message: string;
}

/** What is known beside the log and the exit status. */
export interface SessionCircumstances {
  /** When the session ended, or was found to have ended; default: the present. */
  readonly now?: Date;
  /** The run's own watch ended it, because nothing came of it for too long. */
  readonly stalled?: boolean;
}

/** A usage limit without a time: the pause before the next try. */
const DEFAULT_PAUSE_MS: number = 15 * 60_000;
/** An overloaded API is back sooner. */
const OVERLOAD_PAUSE_MS: number = 5 * 60_000;
/** A limit that is lifted at 3 is not lifted everywhere at 3 sharp. */
const MARGIN_MS = 60_000;

/**
 * Judges the end of a session. `exitCode` null: unknown, as after the loss of a machine or its supervisor. The evidence counts for more than the exit status
 * and the subtype of the result: Claude Code calls a refused key a success, ends with 0 after SIGINT, and its log may hold several results, of which the last
 * counts. A result that is older than the log's last start says nothing of this session.
 */
export function sessionEnd(
  transcript: Transcript,
  exitCode: number | null,
  circumstances: SessionCircumstances = {},
): SessionEnd {
  const now = circumstances.now ?? new Date();
  const result = transcript.resultIsLast === false ? null : transcript.lastResult;
  if (circumstances.stalled === true) {
    return end("stuck", "fresh_with_stronger_model", "The session went on without a result for too long.");
  }
  if (result !== null && !result.isError) {
    const left = transcript.backgroundTasks ?? 0;
    const tasks = left === 0 ? "" : ` ${left} of its background tasks still ran.`;
    return end("finished", "no", `The agent says that it is done.${tasks}`);
  }
  if (transcript.limit) return atLimit(transcript.limit, now);
  if (result === null) return withoutResult(transcript, exitCode);
  const fits = FAILURES.find((failure) => failure.fits(result, exitCode));
  return fits === undefined
    ? end("crashed", "resume", said("The session ended with an error.", result.text))
    : end(fits.kind, fits.retry, said(fits.message, result.text));
}

const REFUSAL =
  /not logged in|api key|credit balance|billing|authentication|model .{0,200}(?:does not exist|not supported)|models\/\S+ is not found/i;

type Result = NonNullable<Transcript["lastResult"]>;

/** In this order. */
const FAILURES: readonly {
  readonly kind: SessionEndKind;
  readonly retry: Exclude<SessionEnd["retry"], "resume_at">;
  readonly message: string;
  readonly fits: (result: Result, exitCode: number | null) => boolean;
}[] = [
  {
    kind: "turn_limit",
    retry: "no",
    message: "The session reached agent.maxTurns.",
    // 53 is Gemini CLI's.
    fits: ({ subtype, terminalReason }, exitCode) =>
      subtype === "error_max_turns" || terminalReason === "max_turns" || exitCode === 53,
  },
  {
    kind: "budget",
    retry: "no",
    message: "The session reached agent.maxBudgetUsd.",
    fits: ({ subtype, terminalReason }) =>
      subtype === "error_max_budget_usd" || terminalReason === "budget_exhausted",
  },
  {
    kind: "stuck",
    retry: "fresh_with_stronger_model",
    message: "The session has no room left for its own history.",
    fits: ({ text }) => /prompt is too long|context (?:window|length)|maximum context/i.test(text),
  },
  {
    kind: "crashed",
    retry: "no",
    message: "The session to be resumed is not on the machine; start a new one.",
    fits: ({ text }) => /no conversation found|no previous sessions found/i.test(text),
  },
  {
    kind: "crashed",
    retry: "resume",
    message: "The model could not be reached.",
    fits: ({ apiStatus, apiError, text }) =>
      (apiStatus ?? 0) >= 500 ||
      apiError === "connection_failed" ||
      /connection (?:refused|error|reset)|ECONN|ETIMEDOUT|fetch failed|stream disconnected/i.test(text),
  },
  {
    kind: "refused",
    retry: "no",
    message: "The API refuses the session. Correct its key, model or account, then resume it.",
    fits: ({ apiStatus, text }) => (apiStatus ?? 0) >= 400 || REFUSAL.test(text),
  },
  {
    kind: "killed",
    retry: "resume",
    message: "The session was interrupted.",
    fits: ({ terminalReason }) => terminalReason?.startsWith("aborted") ?? false,
  },
];

function atLimit(limit: NonNullable<Transcript["limit"]>, now: Date): SessionEnd {
  const pause = limit.kind === "overloaded" ? OVERLOAD_PAUSE_MS : DEFAULT_PAUSE_MS;
  const known = limit.resetAt === null ? null : limit.resetAt.getTime() + MARGIN_MS;
  const resumeAt = new Date(Math.max(known ?? now.getTime() + pause, now.getTime()));
  return {
    kind: "usage_limit",
    retry: "resume_at",
    resumeAt,
    message: said(
      known === null ? "The session ended at a limit that names no time." : "The session ended at a limit.",
      limit.text,
    ),
  };
}

function withoutResult(transcript: Transcript, exitCode: number | null): SessionEnd {
  if (exitCode === null) return end("killed", "resume", "The session ended unseen, without a result.");
  if (exitCode > 128) {
    return end("killed", "resume", `The session was ended by signal ${exitCode - 128}, without a result.`);
  }
  if (transcript.format === "stream-json") {
    return end("crashed", "resume", `The session ended with status ${exitCode}, without a result.`);
  }
  // A command of one's own tells by its exit status alone.
  if (exitCode === 0) return end("finished", "no", "The agent ended with status 0.");
  return end(
    "crashed",
    "no",
    `The agent ended with status ${exitCode} before it began to report. Read its log, and run the preflight.`,
  );
}

function end(
  kind: SessionEndKind,
  retry: Exclude<SessionEnd["retry"], "resume_at">,
  message: string,
): SessionEnd {
  return { kind, retry, resumeAt: null, message };
}

function said(message: string, text: string): string {
  const line = text.replace(/\s+/g, " ").trim().slice(0, 300);
  return line === "" ? message : `${message} It said: ${line}`;
}
