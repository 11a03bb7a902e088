import { printable } from "@universe-optimize/pipeline/printable";

const WIDTH = 400;

/**
 * A line of an agent's log as a person wants to read it: what it says, what it runs, how it ended. Lines that are no events are
 * shown as they are; events without news are null.
 */
export function transcriptLine(line: string): string | null {
  if (!line.startsWith("{")) return clean(line);
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return clean(line);
  }
  if (!isRecord(event) || typeof event["type"] !== "string") return clean(line);
  switch (event["type"]) {
    case "system":
      return event["subtype"] === "init"
        ? `session ${text(event["session_id"])} with ${text(event["model"])}`
        : null;
    case "assistant":
      return assistant(event);
    case "result":
      return `${event["is_error"] === true ? "ended with an error" : "ended"}: ${text(event["result"])} (${text(event["num_turns"])} turns${cost(event)})`;
    default:
      return null;
  }
}

function assistant(event: Record<string, unknown>): string | null {
  const { message } = event;
  const content =
    isRecord(message) && Array.isArray(message["content"]) ? (message["content"] as unknown[]) : [];
  const parts = content.flatMap((part) => {
    if (!isRecord(part)) return [];
    if (part["type"] === "text") return [text(part["text"])];
    if (part["type"] === "tool_use") return [`> ${text(part["name"])} ${toolInput(part["input"])}`];
    return [];
  });
  return parts.length === 0 ? null : parts.join("\n");
}

function toolInput(input: unknown): string {
  if (!isRecord(input)) return "";
  return text(
    input["command"] ??
      input["file_path"] ??
      input["pattern"] ??
      input["description"] ??
      Object.keys(input).join(", "),
  );
}

function cost(event: Record<string, unknown>): string {
  return typeof event["total_cost_usd"] === "number" ? `, $${event["total_cost_usd"].toFixed(2)}` : "";
}

function text(value: unknown): string {
  return clean(typeof value === "string" || typeof value === "number" ? String(value) : "?");
}

function clean(value: string): string {
  const line = printable(value);
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
