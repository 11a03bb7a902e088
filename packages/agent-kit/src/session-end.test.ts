import { readFileSync } from "node:fs";
import { parseTranscript, type Transcript } from "@universe-optimize/results-parser";
import { describe, expect, test } from "vitest";
import { sessionEnd } from "./session-end.ts";

const NOW = new Date("2026-11-22T03:00:00Z");

async function log(name: string): Promise<Transcript> {
  const bytes = readFileSync(new URL(`../test/fixtures/${name}.jsonl`, import.meta.url));
  return await parse(bytes);
}

async function parse(text: string | Buffer): Promise<Transcript> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  return await parseTranscript(chunks(), { now: NOW });
}

const result = (fields: object): string =>
  `{"type":"system","subtype":"init","session_id":"s"}\n${JSON.stringify({ type: "result", is_error: true, ...fields })}`;

describe("what the agents printed", () => {
  test.each([
    ["claude-code/success", 0, "finished", "no"],
    ["claude-code/background-task", 0, "finished", "no"],
    ["claude-code/retries", 0, "finished", "no"],
    ["claude-code/stopped-and-resumed", 0, "finished", "no"],
    ["claude-code/killed-and-resumed", 0, "finished", "no"],
    ["claude-code/usage-limit-and-resumed", 0, "finished", "no"],
    ["claude-code/limit-allowed", 0, "finished", "no"],
    ["claude-code/turn-limit", 1, "turn_limit", "no"],
    ["claude-code/budget", 1, "budget", "no"],
    ["claude-code/refused-key", 1, "refused", "no"],
    ["claude-code/no-key", 1, "refused", "no"],
    ["claude-code/wrong-model", 1, "refused", "no"],
    ["claude-code/unreachable", 1, "crashed", "resume"],
    ["claude-code/session-limit", 1, "usage_limit", "resume_at"],
    ["claude-code/weekly-limit", 1, "usage_limit", "resume_at"],
    ["claude-code/overloaded", 1, "usage_limit", "resume_at"],
    ["codex/success", 0, "finished", "no"],
    ["codex/refused-key", 1, "refused", "no"],
    ["codex/rate-limit", 1, "usage_limit", "resume_at"],
    ["codex/wrong-model", 1, "refused", "no"],
    ["gemini/success", 0, "finished", "no"],
    ["gemini/refused-key", 144, "refused", "no"],
    ["gemini/rate-limit", 173, "usage_limit", "resume_at"],
    ["gemini/wrong-model", 1, "refused", "no"],
  ] as const)("%s with status %i is %s: %s", async (name, code, kind, retry) => {
    const found = sessionEnd(await log(name), code, { now: NOW });
    expect(found).toMatchObject({ kind, retry });
    expect(found.resumeAt === null).toBe(retry !== "resume_at");
    // The exit status alone changes nothing where there is a result.
    expect(sessionEnd(await log(name), 0, { now: NOW }).kind).toBe(kind);
  });

  test("the time of a limit is the agent's, a little later", async () => {
    const at = async (name: string): Promise<string | undefined> =>
      sessionEnd(await log(name), 1, { now: NOW }).resumeAt?.toISOString();
    expect(await at("claude-code/session-limit")).toBe("2026-11-22T04:58:27.000Z");
    expect(await at("claude-code/weekly-limit")).toBe("2026-11-25T16:18:27.000Z");
    expect(await at("claude-code/overloaded")).toBe("2026-11-22T03:05:00.000Z");
    expect(await at("codex/rate-limit")).toBe("2026-11-22T03:15:00.000Z");
  });

  test("a time that has gone by is now", async () => {
    const later = new Date("2026-12-24T00:00:00Z");
    expect(sessionEnd(await log("claude-code/session-limit"), 1, { now: later }).resumeAt).toEqual(later);
  });
});

describe("without a result", () => {
  const started = '{"type":"system","subtype":"init","session_id":"s"}\n{"type":"assistant"}\n';
  test.each([
    [started, 143, "killed", "resume"],
    [started, 137, "killed", "resume"],
    [started, null, "killed", "resume"],
    [started, 1, "crashed", "resume"],
    [started, 0, "crashed", "resume"],
    ["All went well.\n", 0, "finished", "no"],
    ["", 0, "finished", "no"],
    ["error: unknown option\n", 1, "crashed", "no"],
    // An earlier session's success says nothing of one that was killed.
    [`${started}{"type":"result","is_error":false}\n${started}`, 143, "killed", "resume"],
    [
      `${started}{"type":"rate_limit_event","rate_limit_info":{"status":"rejected"}}\n`,
      143,
      "usage_limit",
      "resume_at",
    ],
  ] as const)("%j with status %s is %s", async (text, code, kind, retry) => {
    expect(sessionEnd(await parse(text), code, { now: NOW })).toMatchObject({ kind, retry });
  });
});

test.each([
  [{ subtype: "success", result: "Prompt is too long" }, "stuck", "fresh_with_stronger_model"],
  [{ subtype: "error_during_execution", terminal_reason: "aborted_tools" }, "killed", "resume"],
  [
    { subtype: "error_during_execution", errors: ["No conversation found with session ID: s"] },
    "crashed",
    "no",
  ],
  [{ result: "API Error: 503 upstream", api_error_status: 503 }, "crashed", "resume"],
  [{ result: "Credit balance is too low", api_error_status: 400 }, "refused", "no"],
  [{ result: "API Error: 400 ThrottlingException: Too many requests" }, "usage_limit", "resume_at"],
  [{ errors: ["Something new"] }, "crashed", "resume"],
] as const)("%j is %s", async (fields, kind, retry) => {
  expect(sessionEnd(await parse(result(fields)), 1, { now: NOW })).toMatchObject({ kind, retry });
});

test("a session that the watch ended is stuck; tasks left behind are named; texts stay short", async () => {
  expect(sessionEnd(await log("claude-code/stopped-and-resumed"), 143, { stalled: true })).toMatchObject({
    kind: "stuck",
    retry: "fresh_with_stronger_model",
    resumeAt: null,
  });
  const left = await parse(
    '{"type":"system","subtype":"background_tasks_changed","tasks":[{}]}\n{"type":"result","is_error":false}',
  );
  expect(sessionEnd(left, null).message).toContain("1 of its background tasks");
  const long = await parse(result({ errors: ["x".repeat(3000)] }));
  expect(sessionEnd(long, 1).message.length).toBeLessThan(400);
});
