import { describe, expect, test } from "vitest";
import { agentKeys, chooseAgentKey, secretSources, type AgentKeyState } from "./agent-keys.ts";

const NOW = new Date("2026-11-22T03:00:00Z");
const key = (name: string, more: Partial<AgentKeyState> = {}): AgentKeyState => ({
  name,
  as: "ANTHROPIC_API_KEY",
  concurrency: 2,
  inUse: 0,
  parkedUntil: null,
  ...more,
});

test("finds the numbered names, in order", () => {
  const names = [
    "PATH",
    "ANTHROPIC_API_KEY_10",
    "ANTHROPIC_API_KEY_2",
    "CLAUDE_CODE_OAUTH_TOKEN",
    "ANTHROPIC_API_KEY",
  ];
  expect(agentKeys("claude-code", [...names, "ANTHROPIC_API_KEY"])).toEqual([
    { name: "ANTHROPIC_API_KEY", as: "ANTHROPIC_API_KEY" },
    { name: "ANTHROPIC_API_KEY_2", as: "ANTHROPIC_API_KEY" },
    { name: "ANTHROPIC_API_KEY_10", as: "ANTHROPIC_API_KEY" },
    { name: "CLAUDE_CODE_OAUTH_TOKEN", as: "CLAUDE_CODE_OAUTH_TOKEN" },
  ]);
  const others = [
    "ANTHROPIC_API_KEY_0",
    "ANTHROPIC_API_KEY_1",
    "ANTHROPIC_API_KEY_02",
    "ANTHROPIC_API_KEY_X",
    "MY_ANTHROPIC_API_KEY",
  ];
  expect(agentKeys("claude-code", others)).toEqual([]);
  expect(agentKeys("codex", ["OPENAI_API_KEY_2", "CODEX_API_KEY"]).map(({ name }) => name)).toEqual([
    "CODEX_API_KEY",
    "OPENAI_API_KEY_2",
  ]);
  expect(agentKeys("demo", ["ANTHROPIC_API_KEY"])).toEqual([]);
});

describe("chooseAgentKey", () => {
  const later = new Date(NOW.getTime() + 60_000);
  const later2 = new Date(NOW.getTime() + 120_000);
  test.each([
    [[], null, { kind: "none" }],
    [[key("A"), key("B")], null, { kind: "use", key: { name: "A" } }],
    [[key("A", { inUse: 1 }), key("B")], null, { kind: "use", key: { name: "B" } }],
    [
      [key("A", { inUse: 1 }), key("B", { inUse: 3, concurrency: 10 })],
      null,
      { kind: "use", key: { name: "B" } },
    ],
    [[key("A", { inUse: 1 }), key("B")], "A", { kind: "use", key: { name: "A" } }],
    [[key("A", { inUse: 2 }), key("B", { inUse: 1 })], "A", { kind: "use", key: { name: "B" } }],
    [[key("A", { parkedUntil: later }), key("B", { inUse: 2 })], "A", { kind: "busy" }],
    [
      [key("A", { parkedUntil: later2 }), key("B", { parkedUntil: later })],
      null,
      { kind: "parked", until: later },
    ],
    [[key("A", { parkedUntil: NOW })], null, { kind: "use", key: { name: "A" } }],
    [[key("A", { concurrency: 0 })], null, { kind: "busy" }],
  ] as const)("%j, before %s: %j", (keys, prefer, expected) => {
    expect(chooseAgentKey(keys, NOW, prefer)).toMatchObject(expected);
  });
});

test("one credential goes to the machine, under the agent's name for it", () => {
  const names = ["ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_BASE_URL"];
  const chosen = { name: "ANTHROPIC_API_KEY_2", as: "ANTHROPIC_API_KEY" };
  expect(secretSources("claude-code", names, chosen)).toEqual({
    ANTHROPIC_API_KEY: "ANTHROPIC_API_KEY_2",
    ANTHROPIC_BASE_URL: "ANTHROPIC_BASE_URL",
  });
  expect(secretSources("claude-code", names, null)).toEqual(
    Object.fromEntries(names.map((name) => [name, name])),
  );
});
