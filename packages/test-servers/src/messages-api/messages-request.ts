/** A tool's result, as the client sent it back. */
export interface ToolResult {
  readonly text: string;
  readonly isError: boolean;
}

/** What a script may want to know of a request. */
export interface MessagesRequest {
  readonly model: string;
  readonly stream: boolean;
  /** Names of the tools that the model may call; empty for side requests such as a title. */
  readonly tools: readonly string[];
  /** Turns of the assistant so far, as this conversation tells them. */
  readonly assistantTurns: number;
  /** Text of the last message of the user, without tool results. */
  readonly prompt: string;
  /** Of the last message. */
  readonly toolResults: readonly ToolResult[];
  readonly maxTokens: number;
}

/** Reads a request's body; null when it is none that the API takes. */
export function readMessagesRequest(body: string): MessagesRequest | null {
  const value = parse(body);
  if (value === null || typeof value["model"] !== "string" || !Array.isArray(value["messages"])) return null;
  const messages = value["messages"].filter(isObject);
  // Claude Code puts reminders of its own, with the role "system", between the messages.
  const last = messages.findLast((message) => message["role"] === "user");
  const content = contentOf(last);
  return {
    model: value["model"],
    stream: value["stream"] === true,
    tools: listOf(value["tools"]).flatMap((tool) => (typeof tool["name"] === "string" ? [tool["name"]] : [])),
    assistantTurns: messages.filter((message) => message["role"] === "assistant").length,
    prompt: textOf(content.filter((block) => block["type"] === "text")),
    toolResults: content
      .filter((block) => block["type"] === "tool_result")
      .map((block) => ({ text: textOf(contentOf(block)), isError: block["is_error"] === true })),
    maxTokens: typeof value["max_tokens"] === "number" ? value["max_tokens"] : 0,
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

function parse(body: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** `content` is a text or a list of blocks. */
function contentOf(message: JsonObject | undefined): JsonObject[] {
  const content = message?.["content"];
  return typeof content === "string" ? [{ type: "text", text: content }] : listOf(content);
}

function textOf(blocks: readonly JsonObject[]): string {
  return blocks.flatMap((block) => (typeof block["text"] === "string" ? [block["text"]] : [])).join("\n");
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
