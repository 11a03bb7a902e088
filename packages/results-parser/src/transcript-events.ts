import * as z from "zod";
import { cleanBlock, cleanLine } from "./clean-text.ts";
import { isJsonObject, ownValue, type JsonObject } from "./read-json.ts";
import type { Transcript } from "./results.ts";

const MAX_RESULT_CHARS = 4000;
const MAX_PLUGIN_ERRORS = 20;

type Facts = Omit<Transcript, "format" | "lines" | "unreadableLines">;

const amount = z.number().min(0).max(1e9);
const turnCount = z.number().int().min(0).max(1e9);

/** Gathers what the events of a session say; a later event replaces what an earlier one said. */
export class TranscriptEvents {
  /** Events that had a `type`. */
  seen = 0;
  #facts: Facts = {
    sessionId: null,
    model: null,
    agentVersion: null,
    turns: null,
    durationMs: null,
    costUsd: null,
    lastResult: null,
    pluginErrors: [],
  };

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
    const thread = ownValue(event, "thread_id");
    if (type === "result") this.#addResult(event);
    else if (type === "init" || (type === "system" && ownValue(event, "subtype") === "init"))
      this.#addStart(event);
    else if (type === "thread.started") this.#facts = { ...this.#facts, sessionId: textOf(thread) };
    return true;
  }

  #addStart(event: JsonObject): void {
    const errors = ownValue(event, "plugin_errors");
    this.#facts = {
      ...this.#facts,
      sessionId: textOf(ownValue(event, "session_id")) ?? this.#facts.sessionId,
      model: textOf(ownValue(event, "model")) ?? this.#facts.model,
      agentVersion: textOf(ownValue(event, "claude_code_version")) ?? this.#facts.agentVersion,
      pluginErrors: Array.isArray(errors)
        ? errors.slice(0, MAX_PLUGIN_ERRORS).map(messageOf)
        : this.#facts.pluginErrors,
    };
  }

  #addResult(event: JsonObject): void {
    const number = (key: string, schema: z.ZodNumber): number | null =>
      schema.safeParse(ownValue(event, key)).data ?? null;
    const subtype = textOf(ownValue(event, "subtype"));
    const isError = ownValue(event, "is_error");
    this.#facts = {
      ...this.#facts,
      sessionId: textOf(ownValue(event, "session_id")) ?? this.#facts.sessionId,
      turns: number("num_turns", turnCount) ?? this.#facts.turns,
      durationMs: number("duration_ms", amount) ?? this.#facts.durationMs,
      costUsd: number("total_cost_usd", amount) ?? this.#facts.costUsd,
      lastResult: {
        // Another agent's result says it in `status`; without either the subtype tells.
        isError:
          typeof isError === "boolean"
            ? isError
            : ownValue(event, "status") === "error" || (subtype?.startsWith("error") ?? false),
        subtype,
        terminalReason: textOf(ownValue(event, "terminal_reason")),
        text: resultText(event),
      },
    };
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
  const errors = ownValue(event, "errors");
  if (!Array.isArray(errors)) return "";
  return cleanBlock(errors.slice(0, MAX_PLUGIN_ERRORS).map(messageOf).join("\n"), MAX_RESULT_CHARS);
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
