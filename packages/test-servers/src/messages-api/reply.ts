/** A tool that the model wants called. */
export interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Tokens of one answer; what is left out is made up from the lengths of the texts. */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheCreationTokens?: number;
}

/** What the model says: text, then tool calls. With tool calls the client is expected to come back with their results. */
export interface Answer {
  readonly text?: string;
  readonly tools?: readonly ToolCall[];
  readonly usage?: Usage;
  /** Headers beside the usual ones, such as `anthropic-ratelimit-unified-status`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** After the first block: the connection is cut, stays silent, or an error event follows in the stream. Default: the whole answer. */
  readonly breaks?: "cut" | "hang" | "overloaded";
}

/** An HTTP error as the API words it. */
export interface Refusal {
  readonly status: number;
  /** Such as `rate_limit_error`; default: the one that belongs to the status. */
  readonly type?: string;
  readonly message: string;
  /** Such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One scripted reply; `cut` ends the connection, `hang` never answers. */
export type MessagesReply = Answer | Refusal | "cut" | "hang";

export function isRefusal(reply: Answer | Refusal): reply is Refusal {
  return "status" in reply;
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  500: "api_error",
  529: "overloaded_error",
};

/** The body of an error, as https://docs.claude.com/en/api/errors describes it. */
export function errorBody(refusal: Refusal, requestId: string): string {
  const type = refusal.type ?? ERROR_TYPES[refusal.status] ?? "api_error";
  return JSON.stringify({
    type: "error",
    error: { type, message: refusal.message },
    request_id: requestId,
  });
}
