import { describe, expect, test } from "vitest";
import { startMessagesApi, type MessagesApi } from "./start-messages-api.ts";

const KEY = ["made", "up"].join("-");

function ask(
  api: MessagesApi,
  body: object | string,
  headers: Record<string, string> = { "x-api-key": KEY },
): Promise<Response> {
  return fetch(`${api.url}/v1/messages?beta=true`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const TOOLS = [{ name: "Bash", input_schema: { type: "object" } }];
const request = (more: object = {}): object => ({
  model: "model-1",
  max_tokens: 100,
  tools: TOOLS,
  messages: [{ role: "user", content: "Begin." }],
  ...more,
});

/** The events of a stream, with what they carry. */
async function events(response: Response): Promise<{ type: string; [key: string]: unknown }[]> {
  const text = await response.text();
  return text
    .trim()
    .split("\n\n")
    .map((event) => {
      const [name, data] = event.split("\n");
      const value = JSON.parse(data?.replace("data: ", "") ?? "") as { type: string };
      expect(name).toBe(`event: ${value.type}`);
      return value;
    });
}

describe("startMessagesApi", () => {
  test("streams text and tool calls in the documented order", async () => {
    await using api = await startMessagesApi({
      script: [
        {
          text: "I look.",
          tools: [{ name: "Bash", input: { command: "ls" } }],
          usage: { inputTokens: 7, outputTokens: 9 },
        },
      ],
    });
    const response = await ask(api, request({ stream: true }));
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(response.headers.get("request-id")).toBe("req_1");
    const stream = await events(response);
    expect(stream.map(({ type }) => type)).toEqual([
      "message_start",
      "ping",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    expect(stream[0]).toMatchObject({
      message: { role: "assistant", model: "model-1", usage: { input_tokens: 7 } },
    });
    expect(stream[3]).toMatchObject({ index: 0, delta: { type: "text_delta", text: "I look." } });
    expect(stream[5]).toMatchObject({ content_block: { type: "tool_use", name: "Bash", input: {} } });
    expect(stream[6]).toMatchObject({
      index: 1,
      delta: { type: "input_json_delta", partial_json: '{"command":"ls"}' },
    });
    expect(stream[8]).toMatchObject({ delta: { stop_reason: "tool_use" }, usage: { output_tokens: 9 } });
  });

  test("answers as one document, tells the script what came back, and says Done in the end", async () => {
    await using api = await startMessagesApi({ script: [{ text: "First." }] });
    const first = (await (await ask(api, request())).json()) as object;
    expect(first).toMatchObject({
      type: "message",
      content: [{ type: "text", text: "First." }],
      stop_reason: "end_turn",
    });
    const messages = [
      { role: "user", content: "Begin." },
      { role: "assistant", content: [{ type: "tool_use", id: "t", name: "Bash", input: {} }] },
      {
        role: "user",
        content: [
          {
            type: "tool_result",
            tool_use_id: "t",
            content: [{ type: "text", text: "a.txt" }],
            is_error: true,
          },
          { type: "text", text: "Go on." },
        ],
      },
      { role: "system", content: "A reminder." },
    ];
    expect(await (await ask(api, request({ messages }))).json()).toMatchObject({
      content: [{ text: "Done." }],
    });
    expect(api.requests[1]?.message).toEqual({
      model: "model-1",
      stream: false,
      tools: ["Bash"],
      assistantTurns: 1,
      prompt: "Go on.",
      toolResults: [{ text: "a.txt", isError: true }],
      maxTokens: 100,
    });
  });

  test("a request without tools uses up no entry, a failed one does", async () => {
    await using api = await startMessagesApi({
      script: [{ status: 429, message: "Slowly", headers: { "retry-after": "1" } }, { text: "Now." }],
    });
    expect(await (await ask(api, request({ tools: [] }))).json()).toMatchObject({
      content: [{ text: "Done." }],
    });
    const limited = await ask(api, request());
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
    expect(await limited.json()).toMatchObject({
      type: "error",
      error: { type: "rate_limit_error", message: "Slowly" },
    });
    expect(await (await ask(api, request())).json()).toMatchObject({ content: [{ text: "Now." }] });
    expect(api.requests.map(({ status }) => status)).toEqual([200, 429, 200]);
  });

  test.each([
    [400, "invalid_request_error"],
    [401, "authentication_error"],
    [500, "api_error"],
    [529, "overloaded_error"],
    [418, "api_error"],
  ])("words status %i as %s", async (status, type) => {
    await using api = await startMessagesApi({ script: () => ({ status, message: "No" }) });
    const response = await ask(api, request());
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { type } });
  });

  test("wants a key, a model and a request that it knows", async () => {
    await using api = await startMessagesApi({ script: [], keys: [KEY], models: ["model-1"] });
    expect((await ask(api, request(), {})).status).toBe(401);
    expect((await ask(api, request(), { "x-api-key": "other" })).status).toBe(401);
    expect((await ask(api, request(), { authorization: `Bearer ${KEY}` })).status).toBe(200);
    expect((await ask(api, request({ model: "model-2" }))).status).toBe(404);
    expect((await ask(api, "{")).status).toBe(400);
    expect((await ask(api, { model: "model-1" })).status).toBe(400);
    expect(JSON.stringify(api.requests)).not.toContain(KEY);
  });

  test("lists its models, counts tokens and knows nothing else", async () => {
    await using api = await startMessagesApi({ script: [], models: ["model-1"] });
    const headers = { "x-api-key": KEY };
    expect(await (await fetch(`${api.url}/v1/models`, { headers })).json()).toMatchObject({
      data: [{ id: "model-1" }],
    });
    const body = JSON.stringify(request());
    const counted = await fetch(`${api.url}/v1/messages/count_tokens`, { method: "POST", headers, body });
    expect(await counted.json()).toEqual({ input_tokens: Math.ceil(body.length / 4) });
    expect((await fetch(`${api.url}/v1/files`, { headers })).status).toBe(404);
  });

  test("cuts, hangs and breaks off inside of a stream, and ends with clients waiting", async () => {
    const api = await startMessagesApi({
      script: ["cut", { text: "Half", breaks: "cut" }, { text: "Half", breaks: "overloaded" }, "hang"],
    });
    const stream = request({ stream: true });
    await expect(ask(api, stream)).rejects.toThrow();
    await expect((await ask(api, stream)).text()).rejects.toThrow();
    expect((await events(await ask(api, stream))).at(-1)).toMatchObject({
      type: "error",
      error: { type: "overloaded_error" },
    });
    const waiting = expect(ask(api, stream)).rejects.toThrow();
    while (api.requests.length < 4) await new Promise((done) => setTimeout(done, 10));
    await api.dispose();
    await api.dispose();
    await waiting;
  });
});
