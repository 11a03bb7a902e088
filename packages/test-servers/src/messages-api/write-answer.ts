import type { ServerResponse } from "node:http";
import { errorBody, type Answer } from "./reply.ts";

/** What an answer needs from its request. */
export interface AnswerFrame {
  readonly model: string;
  /** Makes the ids of the message and its tool calls; distinct for each request. */
  readonly number: number;
  readonly requestBytes: number;
}

interface Block {
  readonly start: Readonly<Record<string, unknown>>;
  readonly delta: Readonly<Record<string, unknown>>;
  readonly whole: Readonly<Record<string, unknown>>;
}

/** A message as one JSON document (`stream: false`). */
export function writeMessage(response: ServerResponse, answer: Answer, frame: AnswerFrame): void {
  response.writeHead(200, { "content-type": "application/json", ...answer.headers });
  response.end(
    JSON.stringify({
      ...head(frame),
      content: blocks(answer, frame).map((block) => block.whole),
      stop_reason: stopReason(answer),
      usage: usage(answer, frame, outputTokens(answer)),
    }),
  );
}

/** The same message as server-sent events, in the order of https://docs.claude.com/en/docs/build-with-claude/streaming. */
export function streamMessage(response: ServerResponse, answer: Answer, frame: AnswerFrame): void {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    ...answer.headers,
  });
  const send = (type: string, fields: Readonly<Record<string, unknown>>): void => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  };
  send("message_start", {
    message: { ...head(frame), content: [], stop_reason: null, usage: usage(answer, frame, 1) },
  });
  send("ping", {});
  for (const [index, block] of blocks(answer, frame).entries()) {
    send("content_block_start", { index, content_block: block.start });
    send("content_block_delta", { index, delta: block.delta });
    if (answer.breaks === "hang") return;
    if (answer.breaks === "cut") {
      // What was written goes out first.
      setImmediate(() => response.destroy());
      return;
    }
    if (answer.breaks === "overloaded") {
      const body = errorBody({ status: 529, message: "Overloaded" }, `req_${frame.number}`);
      response.end(`event: error\ndata: ${body}\n\n`);
      return;
    }
    send("content_block_stop", { index });
  }
  send("message_delta", {
    delta: { stop_reason: stopReason(answer), stop_sequence: null },
    usage: { output_tokens: outputTokens(answer) },
  });
  send("message_stop", {});
  response.end();
}

function head(frame: AnswerFrame): Record<string, unknown> {
  return {
    id: `msg_${frame.number}`,
    type: "message",
    role: "assistant",
    model: frame.model,
    stop_sequence: null,
  };
}

function blocks(answer: Answer, frame: AnswerFrame): Block[] {
  const tools = (answer.tools ?? []).map((tool, index): Block => {
    const id = `toolu_${frame.number}_${index}`;
    return {
      start: { type: "tool_use", id, name: tool.name, input: {} },
      delta: { type: "input_json_delta", partial_json: JSON.stringify(tool.input) },
      whole: { type: "tool_use", id, name: tool.name, input: tool.input },
    };
  });
  if ((answer.text ?? "") === "" && tools.length > 0) return tools;
  const text = answer.text ?? "";
  return [
    {
      start: { type: "text", text: "" },
      delta: { type: "text_delta", text },
      whole: { type: "text", text },
    },
    ...tools,
  ];
}

function stopReason(answer: Answer): string {
  return (answer.tools ?? []).length > 0 ? "tool_use" : "end_turn";
}

/** About four characters make a token. */
function outputTokens(answer: Answer): number {
  return (
    answer.usage?.outputTokens ??
    Math.ceil((answer.text ?? "").length / 4 + JSON.stringify(answer.tools ?? []).length / 4)
  );
}

function usage(answer: Answer, frame: AnswerFrame, output: number): Record<string, number> {
  return {
    input_tokens: answer.usage?.inputTokens ?? Math.ceil(frame.requestBytes / 4),
    cache_creation_input_tokens: answer.usage?.cacheCreationTokens ?? 0,
    cache_read_input_tokens: answer.usage?.cacheReadTokens ?? 0,
    output_tokens: output,
  };
}
