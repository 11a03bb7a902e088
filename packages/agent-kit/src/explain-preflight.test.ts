import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { explainPreflight } from "./explain-preflight.ts";

const NOW = new Date("2026-11-22T03:00:00Z");
const fixture = (name: string): string =>
  readFileSync(new URL(`../test/fixtures/${name}.jsonl`, import.meta.url), "utf8");
const DIST = "/home/agent/codeflash-agent/dist";

describe("what the agents printed", () => {
  test.each([
    ["claude-code/refused-key", 1, "bad_key"],
    ["claude-code/no-key", 1, "no_key"],
    ["claude-code/wrong-model", 1, "bad_model"],
    ["claude-code/unreachable", 1, "unreachable"],
    ["claude-code/overloaded", 1, "unreachable"],
    ["claude-code/session-limit", 1, "usage_limit"],
    ["claude-code/missing-plugin", 0, "plugin_missing"],
    ["claude-code/broken-plugin", 0, "plugin_broken"],
    ["codex/refused-key", 1, "bad_key"],
    ["codex/rate-limit", 1, "usage_limit"],
    ["codex/wrong-model", 1, "bad_model"],
    ["gemini/refused-key", 144, "bad_key"],
    ["gemini/rate-limit", 173, "usage_limit"],
    ["gemini/wrong-model", 1, "bad_model"],
  ] as const)("%s with status %i is %s", (name, status, code) => {
    const verdict = explainPreflight(status, fixture(name), NOW);
    expect(verdict).toMatchObject({ ok: false, code });
    if (verdict.ok) throw new Error("it is not");
    expect(verdict.retryable).toBe(["unreachable", "usage_limit", "plugin_missing"].includes(code));
    expect(verdict.message).toMatch(/\. It said: /);
    expect(verdict.message.length).toBeLessThan(600);
  });

  test.each([
    "claude-code/success",
    "claude-code/turn-limit",
    "claude-code/retries",
    "codex/success",
    "gemini/success",
  ])("%s is good", (name) => {
    const output = `universe-preflight: version 2.1.330 (Claude Code)\n${fixture(name)}`;
    expect(explainPreflight(0, output)).toMatchObject({ ok: true, version: "2.1.330" });
  });
});

test.each([
  ["universe-preflight: not_installed claude\n", 127, "not_installed"],
  [`universe-preflight: plugin_missing ${DIST}\n`, 1, "plugin_missing"],
  ["universe-preflight: no_key\n", 1, "no_key"],
  [`universe-preflight: plugin ${DIST}\n${fixture("claude-code/success")}`, 0, "plugin_broken"],
  [
    "--dangerously-skip-permissions cannot be used with root/sudo privileges for security reasons\n",
    1,
    "root_refused",
  ],
  ["Please set an Auth method in your settings.json\n", 41, "no_key"],
  ["sh: 3: claude: not found\n", 127, "not_installed"],
  ["API Error: The security token included in the request is invalid\n", 1, "bad_key"],
  ["", null, "unreachable"],
  ["", 1, "unknown"],
  ["something new\n", 1, "unknown"],
  ['{"type":"result","is_error":true,"result":"something new"}\n', 1, "unknown"],
  ["{broken\n", 0, "unknown"],
] as const)("%j with status %s is %s", (output, status, code) => {
  expect(explainPreflight(status, output)).toMatchObject({ ok: false, code });
});

test("says when a limit ends, and passes no control characters on", () => {
  const limit = explainPreflight(1, fixture("claude-code/weekly-limit"), NOW);
  expect(limit).toMatchObject({ resetAt: new Date("2026-11-25T16:17:00Z") });
  const nasty = explainPreflight(1, "\u001b[2Jodd \u202e things\u0007\n");
  expect(nasty.ok ? "" : nasty.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
