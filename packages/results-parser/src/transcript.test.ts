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
      },
      pluginErrors: ["codeflash: no plugin at ../dist"],
      lines: 7,
      unreadableLines: 1,
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

  it("knows the session of other agents", async () => {
    expect(await parse('{"type":"thread.started","thread_id":"t-1"}\n')).toMatchObject({
      format: "stream-json",
      sessionId: "t-1",
    });
    const gemini =
      '{"type":"init","session_id":"s-1","model":"gemini"}\n{"type":"result","status":"error"}\n';
    expect(await parse(gemini)).toMatchObject({
      sessionId: "s-1",
      model: "gemini",
      lastResult: { isError: true },
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
