import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Transcript } from "./results.ts";
import { parseTranscript } from "./transcript.ts";

const FIXTURE = readFileSync(new URL("../test/fixtures/transcript.jsonl", import.meta.url));

/** Hands on one buffer for all chunks, as a file reader does. */
async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const length = Math.min(size, bytes.length - at);
    buffer.fill(0);
    buffer.set(bytes.subarray(at, at + length));
    yield buffer.subarray(0, length);
  }
}

function parse(text: string | Uint8Array, size = 65_536): Promise<Transcript> {
  return parseTranscript(inChunks(typeof text === "string" ? Buffer.from(text) : text, size));
}

describe("parseTranscript", () => {
  it("reads start and last result", async () => {
    expect(await parse(FIXTURE)).toEqual({
      format: "stream-json",
      sessionId: "0b5f3a52-0f0e-4a51-9d6c-7d2c5a1d6a10",
      model: "claude-opus-4-1",
      agentVersion: "2.1.330",
      turns: 12,
      durationMs: 4200,
      costUsd: 4.25,
      lastResult: {
        isError: false,
        subtype: "success",
        terminalReason: "completed",
        text: "Done: three changes kept.",
        apiStatus: null,
        apiError: null,
      },
      pluginErrors: ["codeflash: no plugin at ../dist"],
      lines: 7,
      unreadableLines: 1,
      agent: "claude-code",
      limit: null,
      retries: 1,
      resultLines: 2,
      resultIsLast: true,
      backgroundTasks: 0,
      tokens: null,
    });
  });

  it("does not depend on how the bytes are cut", async () => {
    const whole = await parse(FIXTURE);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: FIXTURE.length }), async (size) => {
        expect(await parse(FIXTURE, size)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
    expect(await parse(FIXTURE, 1)).toEqual(whole);
  });

  it("keeps an earlier cost where the last result has none, and judges by is_error", async () => {
    const transcript = await parse(
      '{"type":"result","total_cost_usd":2,"num_turns":3}\n{"type":"result","subtype":"success","is_error":true,"errors":["401"],"total_cost_usd":"x"}\n',
    );
    expect(transcript).toMatchObject({
      costUsd: 2,
      turns: 3,
      lastResult: { isError: true, subtype: "success", text: "401" },
    });
  });

  it.each([
    ["", "empty", 0],
    ["\n \r\n", "empty", 2],
    ["Plain words.\nMore of them.", "text", 2],
    ['"type":"result"\n', "text", 1],
    ['{"an":"object"}\n', "text", 1],
  ] as const)("calls %j %s", async (text, format, lines) => {
    expect(await parse(text)).toMatchObject({
      format,
      lines,
      unreadableLines: 0,
      lastResult: null,
      costUsd: null,
    });
  });

  it("copes with a log that was cut off, noise and bytes that are no UTF-8", async () => {
    const noise = Buffer.concat([
      Buffer.from('{"type":"system","subtype":"init","model":"m\u00fc'),
      Buffer.from([0xff, 0xfe, 0x00]),
      Buffer.from('"}\n'),
      Buffer.from([0x80, 0x81, 0x0a]),
      Buffer.from('{"type":"system","subtype":"init","model":"m'),
      Buffer.from([0xff]),
      Buffer.from('"}\r\n{"type":"result","result":"hal'),
    ]);
    expect(await parse(noise)).toMatchObject({
      format: "stream-json",
      model: "m\ufffd",
      lastResult: null,
      lines: 4,
      unreadableLines: 3,
    });
  });

  it("is not led astray by markers inside of texts and nested objects", async () => {
    const lines = [
      '{"type":"system","subtype":"init","model":"m"}',
      JSON.stringify({ type: "user", text: '"type":"result"', inner: { type: "result", total_cost_usd: 9 } }),
    ];
    expect(await parse(lines.join("\n"))).toMatchObject({
      costUsd: null,
      lastResult: null,
      unreadableLines: 0,
    });
  });

  it("skips a line over 16 MiB and reads on", async () => {
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"type":"system","subtype":"init","model":"m"}\n{"type":"result","x":"');
      const block = Buffer.alloc(2 ** 20, "a");
      for (let at = 0; at < 17; at += 1) yield block;
      yield Buffer.from('"}\n{"type":"result","total_cost_usd":1}\n');
      yield Buffer.concat([Buffer.from("{"), Buffer.alloc(17 * 2 ** 20, "b"), Buffer.from("}\n")]);
    }
    expect(await parseTranscript(chunks())).toMatchObject({ lines: 4, unreadableLines: 2, costUsd: 1 });
  });

  it("reads Codex", async () => {
    const log = [
      '{"type":"thread.started","thread_id":"t-1"}',
      '{"type":"turn.started"}',
      '{"type":"error","message":"Reconnecting... 2/5 (unexpected status 503)"}',
      '{"type":"item.completed","item":{"id":"item_1","type":"command_execution","command":"ls"}}',
      '{"type":"item.completed","item":{"id":"item_2","type":"agent_message","text":"All done."}}',
      '{"type":"turn.completed","usage":{"input_tokens":200,"cached_input_tokens":20,"output_tokens":40}}',
    ];
    expect(await parse(log.join("\n"))).toMatchObject({
      format: "stream-json",
      agent: "codex",
      sessionId: "t-1",
      retries: 1,
      costUsd: null,
      tokens: { input: 200, cachedInput: 20, output: 40 },
      lastResult: { isError: false, text: "All done." },
      resultIsLast: true,
    });
    const failed =
      '{"type":"turn.failed","error":{"message":"exceeded retry limit, last status: 429 Too Many Requests"}}';
    expect(await parse([...log.slice(0, 3), failed].join("\n"))).toMatchObject({
      lastResult: { isError: true, apiStatus: 429 },
      limit: { kind: null, resetAt: null },
    });
  });

  it("reads Gemini CLI", async () => {
    const start =
      '{"type":"init","timestamp":"2026-11-22T02:59:47.543Z","session_id":"s-1","model":"gemini"}\n';
    const stats =
      '"stats":{"total_tokens":114,"input_tokens":100,"output_tokens":14,"cached":3,"duration_ms":123}';
    expect(await parse(`${start}{"type":"result","status":"success",${stats}}`)).toMatchObject({
      agent: "gemini",
      sessionId: "s-1",
      model: "gemini",
      durationMs: 123,
      tokens: { input: 100, cachedInput: 3, output: 14 },
      lastResult: { isError: false },
    });
    const message = "[API Error: You have exhausted your daily quota on this model.]";
    const error = JSON.stringify({ type: "result", status: "error", error: { type: "unknown", message } });
    expect(await parse(start + error)).toMatchObject({
      lastResult: { isError: true, text: message },
      limit: { kind: null, text: message },
    });
  });

  const now = new Date("2026-11-22T02:57:00Z");
  const init = '{"type":"system","subtype":"init","claude_code_version":"2.1.330","session_id":"s"}';
  const failure = (fields: object): string =>
    JSON.stringify({
      type: "result",
      subtype: "success",
      is_error: true,
      terminal_reason: "api_error",
      ...fields,
    });
  const rejected =
    '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":1795323447,"rateLimitType":"five_hour"}}';

  it.each([
    [
      [
        rejected,
        failure({
          api_error_status: 429,
          api_error: "usage_limit_reached",
          result: "You've hit your 5-hour limit · resets 4:57am (UTC)",
        }),
      ],
      { kind: "five_hour", resetAt: new Date(1795323447000) },
    ],
    [
      [
        failure({
          api_error_status: 429,
          result: "You've hit your weekly limit · resets Nov 25, 4:17pm (UTC)",
        }),
      ],
      { kind: null, resetAt: new Date("2026-11-25T16:17:00Z") },
    ],
    [
      [failure({ api_error_status: 529, result: "API Error: 529 Overloaded." })],
      { kind: "overloaded", resetAt: null },
    ],
    [
      [
        failure({
          result: "API Error: ThrottlingException: Too many tokens, please wait before trying again.",
        }),
      ],
      { kind: null, resetAt: null },
    ],
    [[rejected], { kind: "five_hour" }],
  ] as const)("sees the limit in %j", async (lines, expected) => {
    const log = Buffer.from([init, ...lines].join("\n"));
    expect((await parseTranscript(inChunks(log, 100), { now })).limit).toMatchObject(expected);
  });

  it.each([
    [[rejected, '{"type":"result","is_error":false,"result":"Done"}']],
    [['{"type":"rate_limit_event","rate_limit_info":{"status":"allowed","resetsAt":1795323447}}']],
    [[failure({ api_error_status: 400, result: "Credit balance is too low" })]],
    [[failure({ api_error_status: 401, result: "Invalid API key" })]],
    [[failure({ result: "Quota exceeded. Check your plan and billing details." })]],
    [['{"type":"result","is_error":false,"result":"I raised the rate limit of the server"}']],
  ])("sees none in %j", async (lines) => {
    expect(await parse([init, ...lines].join("\n"))).toMatchObject({ limit: null });
  });

  it("knows a start after the last result, and background tasks that still run", async () => {
    const tasks = (list: string): string =>
      `{"type":"system","subtype":"background_tasks_changed","tasks":[${list}]}`;
    const result = '{"type":"result","is_error":false,"total_cost_usd":1}';
    expect(await parse([init, tasks("{},{}"), result].join("\n"))).toMatchObject({
      resultIsLast: true,
      resultLines: 1,
      backgroundTasks: 2,
    });
    expect(await parse([init, tasks("{}"), result, tasks(""), init].join("\n"))).toMatchObject({
      resultIsLast: false,
      backgroundTasks: 0,
      costUsd: 1,
    });
  });

  it("throws its own error when the source does, and the signal's reason when told to stop", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("text\n");
      throw new Error("gone");
    }
    await expect(parseTranscript(broken())).rejects.toMatchObject({
      name: "ResultsError",
      code: "unreadable",
      retryable: true,
    });
    const reason = new Error("stop");
    await expect(parseTranscript(inChunks(FIXTURE, 10), { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });
});
