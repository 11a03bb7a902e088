import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { costProbe, parseCostProbe } from "../cost-probe.ts";
import { explainPreflight } from "../explain-preflight.ts";
import { launchPlan, preflightPlan, resumePlan, withFallbackModel } from "../launch-plan.ts";
import type { AgentKind, AgentSettings, RunBrief } from "../types.ts";
import { LAUNCHERS } from "./launchers.ts";

const SESSION = "11111111-2222-4333-8444-555555555555";
const BRIEF: RunBrief = {
  runId: "run-1",
  projectId: "project-001",
  repo: "org/repo-name",
  language: "python",
  branch: "codeflash/optimize",
  baseSha: "a".repeat(40),
  timeLimitHours: 8,
  sessionId: SESSION,
};
const settings = (kind: AgentKind, more: Partial<AgentSettings> = {}): AgentSettings => ({
  kind,
  model: "model-1",
  maxTurns: 400,
  maxBudgetUsd: null,
  plugin: null,
  command: "true",
  ...more,
});
const START = "Read the CLAUDE.md file and follow its instructions exactly.";

let folder = "";
let home = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "universe launchers "));
});
beforeEach(async () => {
  home = await mkdtemp(path.join(folder, "home "));
  await mkdir(path.join(home, "project"));
  await mkdir(path.join(home, ".local/bin"), { recursive: true });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A program of that name that first answers `--version`, then does `script`. */
async function fake(name: string, script: string): Promise<void> {
  const version = 'if [ "$*" = --version ]; then echo "the-program 1.2.3"; exit 0; fi';
  await writeFile(path.join(home, ".local/bin", name), `#!/bin/sh\n${version}\n${script}\n`, { mode: 0o755 });
}
const PRINT =
  'for word in "$@"; do printf "%s\\n" "$word"; done; if read -r _; then echo "stdin is open"; fi';

function run(
  plan: { readonly command: string; readonly env?: Readonly<Record<string, string>> },
  env: Record<string, string> = {},
): { readonly lines: string[]; readonly output: string; readonly code: number | null } {
  const done = spawnSync("/bin/sh", ["-c", plan.command], {
    cwd: path.join(home, "project"),
    env: { PATH: "/usr/bin:/bin", ...plan.env, ...env, HOME: home },
    encoding: "utf8",
    input: "text\n",
  });
  return { lines: done.stdout.trimEnd().split("\n"), output: done.stdout + done.stderr, code: done.status };
}

describe("codex", () => {
  const SKIP = "--dangerously-bypass-approvals-and-sandbox";

  test("starts, then resumes what it began", async () => {
    await fake("codex", PRINT);
    const plan = launchPlan(BRIEF, settings("codex"));
    const start = ["exec", "--json", "-m", "model-1", SKIP, "-C", path.join(home, "project"), START];
    expect(run(plan).lines).toEqual(start);
    // Nothing was recorded, so there is nothing to resume; a session of somebody else's before ours does not count.
    const sessions = path.join(home, ".codex/sessions/2026/11/22");
    await mkdir(sessions, { recursive: true });
    const rollout = path.join(sessions, "rollout-2026-11-22T02-59-57-x.jsonl");
    await writeFile(rollout, "{}\n");
    await utimes(rollout, 1, 1);
    expect(run(plan).lines).toEqual(start);
    await utimes(rollout, new Date(), new Date(Date.now() + 10_000));
    expect(run(plan).lines).toEqual(["exec", "resume", "--last", "--json", "-m", "model-1", SKIP, START]);
    expect(run(resumePlan(BRIEF, settings("codex"), "usage_limit")).lines.at(-1)).toMatch(
      /^Your session ended at a usage limit/,
    );
  });

  test("gets its key and its address the way it wants them", async () => {
    await fake("codex", `${PRINT}; echo "key=\${CODEX_API_KEY:-none}"`);
    const plan = launchPlan(BRIEF, settings("codex"));
    const env = { OPENAI_API_KEY: "k1", OPENAI_BASE_URL: "http://127.0.0.1:1/v1" };
    expect(run(plan, env).lines.slice(1, 3)).toEqual(["-c", 'openai_base_url="http://127.0.0.1:1/v1"']);
    expect(run(plan, env).lines.at(-1)).toBe("key=k1");
    expect(run(plan, { ...env, CODEX_API_KEY: "k2" }).lines.at(-1)).toBe("key=k2");
    expect(run(plan).lines.at(-1)).toBe("key=none");
    expect(plan.secretNames).toEqual(["CODEX_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"]);
  });
});

describe("gemini", () => {
  test("starts with a session and settings of its own, then resumes", async () => {
    await fake("gemini", `${PRINT}; cat "$GEMINI_CLI_HOME/.gemini/settings.json"`);
    const plan = launchPlan(BRIEF, settings("gemini"));
    const flags = [
      "--approval-mode",
      "yolo",
      "--skip-trust",
      "-o",
      "stream-json",
      "-m",
      "model-1",
      "-p",
      START,
    ];
    const first = run(plan, { GEMINI_API_KEY: "k" });
    expect(first.lines.slice(0, -1)).toEqual(["--session-id", SESSION, ...flags]);
    expect(JSON.parse(first.lines.at(-1) ?? "")).toMatchObject({
      security: { auth: { selectedType: "gemini-api-key" } },
      model: { maxSessionTurns: 400 },
    });
    expect(run(plan, { GOOGLE_API_KEY: "k" }).lines.at(-1)).toContain("vertex-ai");
    const chats = path.join(home, ".universe/gemini-home/.gemini/tmp/project/chats");
    await mkdir(chats, { recursive: true });
    await writeFile(path.join(chats, "session-2026-11-22T02-59-11111111.jsonl"), "{}\n");
    expect(run(plan).lines.slice(0, 2)).toEqual(["--resume", SESSION]);
    expect(
      await readFile(path.join(home, ".universe/gemini-home/.gemini/settings.json"), "utf8"),
    ).not.toContain("API_KEY");
  });
});

describe("resumePlan", () => {
  test.each(["stopped", "usage_limit", "connection_lost", "machine_restarted"] as const)(
    "after %s",
    async (cause) => {
      await fake("claude", PRINT);
      const plan = resumePlan(BRIEF, settings("claude-code"), cause);
      const begun = path.join(home, `.claude/projects/-home-project/${SESSION}.jsonl`);
      expect(run(plan).lines[0]).toBe("--session-id");
      await mkdir(path.dirname(begun), { recursive: true });
      await writeFile(begun, "{}\n");
      const { lines } = run(plan);
      expect(lines.slice(0, 2)).toEqual(["--resume", SESSION]);
      expect(lines.at(-1)).toMatch(/^Your session (was|ended) .*read the CLAUDE\.md file again/);
      expect(plan.logFile).toBe(launchPlan(BRIEF, settings("claude-code")).logFile);
    },
  );

  test("is the launch itself for agents of one's own", () => {
    for (const kind of ["command", "demo"] as const) {
      expect(resumePlan(BRIEF, settings(kind), "stopped")).toEqual(launchPlan(BRIEF, settings(kind)));
    }
  });
});

test("the stronger model takes the first one's place, once", () => {
  const both = settings("claude-code", { model: "sonnet", fallbackModel: "opus" });
  expect(withFallbackModel(both)).toMatchObject({ model: "opus", fallbackModel: null });
  expect(withFallbackModel(settings("claude-code", { fallbackModel: "model-1" }))).toBeNull();
  expect(withFallbackModel(settings("claude-code"))).toBeNull();
});

describe("preflight", () => {
  const python = settings("claude-code", { plugin: "/dist" });
  const check = (kind: AgentKind | AgentSettings, env: Record<string, string> = {}) => {
    const plan = preflightPlan(BRIEF, typeof kind === "string" ? settings(kind) : kind);
    if (plan === null) throw new Error("there is a preflight");
    const { code, output } = run(plan, env);
    return explainPreflight(code, output);
  };

  test("there is none for agents of one's own", () => {
    expect(preflightPlan(BRIEF, settings("command"))).toBeNull();
    expect(preflightPlan(BRIEF, settings("demo"))).toBeNull();
  });

  test.each(["claude-code", "codex", "gemini"] as const)("%s that is not installed", (kind) => {
    expect(check(kind)).toMatchObject({ ok: false, code: "not_installed" });
  });

  test("shows what the recorded agent says", async () => {
    const fixture = (name: string): string =>
      `cat '${new URL(`../../test/fixtures/${name}.jsonl`, import.meta.url).pathname}'`;
    await fake("claude", fixture("claude-code/success"));
    expect(check("claude-code")).toMatchObject({ ok: true, version: "1.2.3" });
    await fake("claude", `${fixture("claude-code/refused-key")}; exit 1`);
    expect(check("claude-code")).toMatchObject({ code: "bad_key" });
    await fake("codex", fixture("codex/success"));
    expect(check("codex")).toMatchObject({ code: "no_key" });
    expect(check("codex", { OPENAI_API_KEY: "k" })).toMatchObject({ ok: true });
    await fake("gemini", `${fixture("gemini/rate-limit")}; exit 173`);
    expect(check("gemini")).toMatchObject({ code: "usage_limit" });
  });

  test("asks little, once, and leaves the run's own session alone", async () => {
    await fake("claude", `${PRINT}; echo "retries=$CLAUDE_CODE_MAX_RETRIES"`);
    await mkdir(path.join(home, "codeflash-agent/dist"), { recursive: true });
    const plan = preflightPlan(BRIEF, python);
    const { lines } = run(plan!);
    expect(lines).toContain("retries=1");
    expect(lines).toContain("--no-session-persistence");
    expect(lines.join("\n")).toContain("--max-turns\n1\n--tools\n\n--");
    expect(lines).not.toContain(SESSION);
    expect(lines).not.toContain("stdin is open");
  });

  test("looks for the plugin first", async () => {
    await fake("claude", "exit 0");
    expect(check(python)).toMatchObject({ code: "plugin_missing" });
  });
});

describe("costProbe", () => {
  const probe = (): string => costProbe(BRIEF, settings("claude-code")) ?? "";

  test("reads the running total of the session, and of no other", async () => {
    expect(parseCostProbe(run({ command: probe() }).output)).toBeNull();
    const sessions = path.join(home, ".claude/projects/-home-project");
    await mkdir(sessions, { recursive: true });
    const line = (cost: number): string => `{"type":"cost-state","sessionId":"s","totalCostUSD":${cost}}\n`;
    await writeFile(
      path.join(sessions, `${SESSION}.jsonl`),
      `{"type":"user"}\n${line(0.5)}{"type":"user"}\n${line(1.25)}`,
    );
    await writeFile(path.join(sessions, "another.jsonl"), line(99));
    const { code, output } = run({ command: probe() });
    expect({ code, cost: parseCostProbe(output) }).toEqual({ code: 0, cost: 1.25 });
  });

  test("takes no figure that is none, and knows who keeps none", () => {
    for (const text of [
      "",
      "[]",
      "null",
      '{"totalCostUSD":"1"}',
      '{"totalCostUSD":-1}',
      '{"totalCostUSD":1e99}',
      "{cut",
    ]) {
      expect(parseCostProbe(text)).toBeNull();
    }
    for (const kind of ["codex", "gemini", "command", "demo"] as const)
      expect(costProbe(BRIEF, settings(kind))).toBeNull();
  });
});

test("every kind of agent is in the table, and its plans hold no secret", () => {
  for (const kind of Object.keys(LAUNCHERS) as AgentKind[]) {
    const plan = launchPlan(BRIEF, settings(kind));
    expect(Object.keys(plan.env)).not.toEqual(expect.arrayContaining([expect.stringMatching(/KEY|TOKEN/)]));
    for (const name of LAUNCHERS[kind].credentialNames) expect(plan.secretNames).toContain(name);
  }
  for (const kind of ["claude-code", "codex", "gemini"] as const) {
    for (const model of ["$(id)", "--help", "a b", ""]) {
      expect(() => launchPlan(BRIEF, settings(kind, { model }))).toThrow(
        expect.objectContaining({ code: "brief_invalid" }),
      );
    }
  }
});
