import * as z from "zod";
import { cleanBlock, cleanLine } from "./clean-text.ts";
import { isJsonObject, ownValue, type JsonObject } from "./read-json.ts";
import type { Transcript } from "./results.ts";
import { limitOfEvent, limitOfResult } from "./usage-limit.ts";

const MAX_RESULT_CHARS = 4000;
const MAX_PLUGIN_ERRORS = 20;

type Facts = Required<Omit<Transcript, "format" | "lines" | "unreadableLines">>;

const amount = z.number().min(0).max(1e9);
const turnCount = z.number().int().min(0).max(1e9);
const tokenCount = z.number().int().min(0).max(1e12);
const httpStatus = z.number().int().min(100).max(599);

/** Gathers what the events of a session say; a later event replaces what an earlier one said. */
export class TranscriptEvents {
  /** Events that had a `type`. */
  seen = 0;
  readonly #now: Date;
  /** Codex and Gemini CLI tell their last words apart from the result. */
  #lastWords = "";
  #facts: Facts = {
    sessionId: null,
    model: null,
    agentVersion: null,
    turns: null,
    durationMs: null,
    costUsd: null,
    lastResult: null,
    pluginErrors: [],
    agent: null,
    limit: null,
    retries: 0,
    resultLines: 0,
    resultIsLast: false,
    backgroundTasks: 0,
    tokens: null,
  };

  /** `now`: when the log was written to its end. */
  constructor(now: Date) {
    this.#now = now;
  }

  get facts(): Facts {
    return this.#facts;
  }

  /** False for a line that is no JSON object. */
  add(line: string): boolean {
    const event = parse(line);
    if (event === null) return false;
    const type = ownValue(event, "type");
    if (typeof type !== "string") return true;
    this.seen += 1;
    if (type === "system") this.#addSystem(event);
    else if (type === "init") this.#addStart(event, "gemini");
    else if (type === "thread.started") this.#addStart(event, "codex");
    else if (type === "result") this.#addResult(event);
    else if (type === "turn.completed" || type === "turn.failed") this.#addTurn(event, type);
    else if (type === "rate_limit_event") this.#set({ limit: limitOfEvent(event) });
    else if (type === "item.completed") this.#addItem(event);
    else if (type === "error") this.#addError(event);
    return true;
  }

  #set(facts: Partial<Facts>): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  #addSystem(event: JsonObject): void {
    const subtype = ownValue(event, "subtype");
    if (subtype === "init") this.#addStart(event, "claude-code");
    else if (subtype === "api_retry") this.#set({ retries: this.#facts.retries + 1 });
    else if (subtype === "background_tasks_changed") {
      const tasks = ownValue(event, "tasks");
      this.#set({ backgroundTasks: Array.isArray(tasks) ? tasks.length : 0 });
    }
  }

  #addStart(event: JsonObject, agent: NonNullable<Facts["agent"]>): void {
    const errors = ownValue(event, "plugin_errors");
    const id = ownValue(event, agent === "codex" ? "thread_id" : "session_id");
    const version = textOf(ownValue(event, "claude_code_version"));
    this.#set({
      // An `init` of another agent's may look like Gemini's.
      agent: version === null ? agent : "claude-code",
      sessionId: textOf(id) ?? this.#facts.sessionId,
      model: textOf(ownValue(event, "model")) ?? this.#facts.model,
      agentVersion: version ?? this.#facts.agentVersion,
      pluginErrors: Array.isArray(errors)
        ? errors.slice(0, MAX_PLUGIN_ERRORS).map(messageOf)
        : this.#facts.pluginErrors,
      resultIsLast: false,
    });
  }

  /** Claude Code and Gemini CLI. */
  #addResult(event: JsonObject): void {
    const number = (key: string, schema: z.ZodNumber): number | null => numberOf(event, key, schema);
    const subtype = textOf(ownValue(event, "subtype"));
    const isError = ownValue(event, "is_error");
    const stats = ownValue(event, "stats");
    const text = resultText(event);
    this.#addOutcome({
      // Another agent's result says it in `status`; without either the subtype tells.
      isError:
        typeof isError === "boolean"
          ? isError
          : ownValue(event, "status") === "error" || (subtype?.startsWith("error") ?? false),
      subtype,
      terminalReason: textOf(ownValue(event, "terminal_reason")),
      text: text === "" ? this.#lastWords : text,
      apiStatus: number("api_error_status", httpStatus) ?? statusIn(text),
      apiError: textOf(ownValue(event, "api_error")),
    });
    this.#set({
      sessionId: textOf(ownValue(event, "session_id")) ?? this.#facts.sessionId,
      turns: number("num_turns", turnCount) ?? this.#facts.turns,
      durationMs: number("duration_ms", amount) ?? this.#facts.durationMs,
      costUsd: number("total_cost_usd", amount) ?? this.#facts.costUsd,
    });
    if (isJsonObject(stats)) {
      this.#set({
        durationMs: numberOf(stats, "duration_ms", amount) ?? this.#facts.durationMs,
        tokens: tokensOf(stats, "cached") ?? this.#facts.tokens,
      });
    }
  }

  /** Codex; its usage is the whole thread's. */
  #addTurn(event: JsonObject, type: "turn.completed" | "turn.failed"): void {
    const error = ownValue(event, "error");
    const usage = ownValue(event, "usage");
    const failed = type === "turn.failed";
    const text = failed && isJsonObject(error) ? messageText(error) : this.#lastWords;
    this.#addOutcome({
      isError: failed,
      subtype: null,
      terminalReason: null,
      text,
      apiStatus: failed ? statusIn(text) : null,
      apiError: null,
    });
    if (isJsonObject(usage)) this.#set({ tokens: tokensOf(usage, "cached_input_tokens") });
  }

  #addOutcome(outcome: Required<NonNullable<Facts["lastResult"]>>): void {
    const limit = outcome.isError ? limitOfResult(outcome, this.#now) : null;
    const known = this.#facts.limit;
    this.#set({
      lastResult: outcome,
      resultLines: this.#facts.resultLines + 1,
      resultIsLast: true,
      // The notice before it has the exact time.
      limit:
        limit === null || known === null
          ? limit
          : { ...known, text: limit.text, resetAt: known.resetAt ?? limit.resetAt },
    });
  }

  #addItem(event: JsonObject): void {
    const item = ownValue(event, "item");
    if (!isJsonObject(item) || ownValue(item, "type") !== "agent_message") return;
    const text = ownValue(item, "text");
    if (typeof text === "string") this.#lastWords = cleanBlock(text, MAX_RESULT_CHARS);
  }

  #addError(event: JsonObject): void {
    const text = messageText(event);
    // Codex says how often it has tried.
    if (text.startsWith("Reconnecting")) this.#set({ retries: this.#facts.retries + 1 });
    this.#lastWords = text;
  }
}

function parse(line: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function resultText(event: JsonObject): string {
  const result = ownValue(event, "result");
  if (typeof result === "string" && result !== "") return cleanBlock(result, MAX_RESULT_CHARS);
  const error = ownValue(event, "error");
  if (isJsonObject(error)) return messageText(error);
  const errors = ownValue(event, "errors");
  if (!Array.isArray(errors)) return "";
  return cleanBlock(errors.slice(0, MAX_PLUGIN_ERRORS).map(messageOf).join("\n"), MAX_RESULT_CHARS);
}

function messageText(error: JsonObject): string {
  const message = ownValue(error, "message");
  return typeof message === "string" ? cleanBlock(message, MAX_RESULT_CHARS) : "";
}

function numberOf(event: JsonObject, key: string, schema: z.ZodNumber): number | null {
  return schema.safeParse(ownValue(event, key)).data ?? null;
}

function tokensOf(usage: JsonObject, cached: string): NonNullable<Transcript["tokens"]> | null {
  const input = numberOf(usage, "input_tokens", tokenCount);
  const output = numberOf(usage, "output_tokens", tokenCount);
  if (input === null || output === null) return null;
  return { input, cachedInput: numberOf(usage, cached, tokenCount) ?? 0, output };
}

/** `unexpected status 401`, `last status: 429`, `"code":400`, `(429)`: where a text is all there is. */
function statusIn(text: string): number | null {
  const found = /(?:status:? |"code":\s?|API Error: |\()([45]\d\d)\b/.exec(text);
  return found === null ? null : Number(found[1]);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? cleanLine(value, 200) || null : null;
}

/** An error as a text, or as an object with a message of one of the usual names. */
function messageOf(error: unknown): string {
  if (typeof error === "string") return cleanLine(error, 300);
  if (!isJsonObject(error)) return cleanLine(String(error), 300);
  const parts = ["plugin", "path", "type", "message", "error"]
    .map((key) => ownValue(error, key))
    .filter((part) => typeof part === "string");
  return parts.length > 0
    ? cleanLine(parts.map((part) => part.slice(0, 300)).join(": "), 300)
    : "an error without a message";
}
