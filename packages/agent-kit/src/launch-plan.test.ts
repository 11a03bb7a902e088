import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchPlan } from "./launch-plan.ts";
import type { AgentSettings, LaunchPlan, RunBrief } from "./types.ts";

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
const CLAUDE: AgentSettings = {
  kind: "claude-code",
  model: "opus",
  maxTurns: 400,
  maxBudgetUsd: 20,
  plugin: "/plugin",
  command: null,
};

let folder = "";
let home = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "universe launch "));
});
beforeEach(async () => {
  home = await mkdtemp(path.join(folder, "home "));
  await mkdir(path.join(home, "project"));
  await mkdir(path.join(home, ".local/bin"), { recursive: true });
  await mkdir(path.join(home, "codeflash-agent/dist"), { recursive: true });
  const print =
    '#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\necho "sandbox=${IS_SANDBOX:-}"\nif read -r _; then echo "stdin is open"; fi\n';
  await writeFile(path.join(home, ".local/bin/claude"), print, { mode: 0o755 });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function start(plan: LaunchPlan): {
  readonly lines: string[];
  readonly code: number | null;
  readonly stderr: string;
} {
  const env = { PATH: process.env["PATH"] ?? "", ...plan.env, HOME: home };
  const done = spawnSync("/bin/sh", ["-c", plan.command], {
    cwd: path.join(home, "project"),
    env,
    encoding: "utf8",
    input: "text\n",
  });
  return { lines: done.stdout.trimEnd().split("\n"), code: done.status, stderr: done.stderr };
}

describe("claude-code", () => {
  test("is this command", () => {
    const plan = launchPlan(BRIEF, CLAUDE);
    expect(plan.command).toBe(`export PATH="$HOME/.local/bin:$PATH"
export UNIVERSE_PROJECT="$HOME/project" UNIVERSE_RESULTS="$HOME/results" UNIVERSE_BRIEF="$HOME/.universe/kit/brief.json"
UNIVERSE_INSTRUCTIONS="$UNIVERSE_PROJECT/$(cat "$HOME/.universe/instructions" 2>/dev/null || echo CLAUDE.md)"
export UNIVERSE_INSTRUCTIONS
mkdir -p "$UNIVERSE_RESULTS/benchmarks"
# Claude Code goes on without a plugin that it cannot find.
if [ ! -d "$HOME/codeflash-agent/dist" ]; then
  echo "universe: the Codeflash plugin is not in $HOME/codeflash-agent/dist; run the bootstrap again" >&2
  exit 1
fi
# As root it refuses to skip permissions unless it is told that the machine is its own.
if [ "$(id -u)" = 0 ]; then export IS_SANDBOX=1; fi
set -- --session-id ${SESSION}
for transcript in "$HOME"/.claude/projects/*/${SESSION}.jsonl; do
  if [ -f "$transcript" ]; then set -- --resume ${SESSION}; fi
done
exec claude "$@" --print \\
  --dangerously-skip-permissions \\
  --output-format stream-json --verbose \\
  --model opus \\
  --max-turns 400 \\
  --max-budget-usd 20 \\
  --plugin-dir "$HOME/codeflash-agent/dist" \\
  "Read the \${UNIVERSE_INSTRUCTIONS##*/} file and follow its instructions exactly." </dev/null
`);
    expect(plan.logFile).toBe("results/claude_output.log");
    expect(plan.env).toMatchObject({
      DISABLE_AUTOUPDATER: "1",
      UNIVERSE_BRANCH: "codeflash/optimize",
      LC_ALL: "C.UTF-8",
    });
    expect(plan.env).not.toHaveProperty("IS_SANDBOX");
    expect(plan.secretNames).toEqual(
      expect.arrayContaining([
        "ANTHROPIC_API_KEY",
        "CLAUDE_CODE_USE_BEDROCK",
        "AWS_REGION",
        "AWS_BEARER_TOKEN_BEDROCK",
        "ANTHROPIC_BASE_URL",
        "CODEFLASH_API_KEY",
      ]),
    );
  });

  test("gives Claude these arguments and an empty standard input", () => {
    const { lines, code } = start(launchPlan(BRIEF, CLAUDE));
    expect(code).toBe(0);
    expect(lines).toEqual([
      "--session-id",
      SESSION,
      "--print",
      "--dangerously-skip-permissions",
      "--output-format",
      "stream-json",
      "--verbose",
      "--model",
      "opus",
      "--max-turns",
      "400",
      "--max-budget-usd",
      "20",
      "--plugin-dir",
      `${home}/codeflash-agent/dist`,
      "Read the CLAUDE.md file and follow its instructions exactly.",
      `sandbox=${process.getuid?.() === 0 ? "1" : ""}`,
    ]);
  });

  test("resumes a session that has begun, and reads the instructions where they are", async () => {
    await mkdir(path.join(home, ".claude/projects/-home-project"), { recursive: true });
    await mkdir(path.join(home, ".universe"));
    await writeFile(path.join(home, `.claude/projects/-home-project/${SESSION}.jsonl`), "{}\n");
    await writeFile(path.join(home, ".universe/instructions"), "CLAUDE.local.md\n");
    const { lines } = start(launchPlan(BRIEF, { ...CLAUDE, maxBudgetUsd: null }));
    expect(lines.slice(0, 2)).toEqual(["--resume", SESSION]);
    expect(lines).toContain("Read the CLAUDE.local.md file and follow its instructions exactly.");
    expect(lines).not.toContain("--max-budget-usd");
  });

  test("does not start without the plugin that it should have", async () => {
    await rm(path.join(home, "codeflash-agent"), { recursive: true });
    const { code, stderr } = start(launchPlan(BRIEF, CLAUDE));
    expect(code).toBe(1);
    expect(stderr).toContain("run the bootstrap again");
    expect(start(launchPlan({ ...BRIEF, language: "java" }, CLAUDE)).lines).not.toContain("--plugin-dir");
    expect(start(launchPlan(BRIEF, { ...CLAUDE, plugin: null })).lines).not.toContain("--plugin-dir");
  });

  test("a model is one word, whatever it is called", () => {
    expect(start(launchPlan(BRIEF, { ...CLAUDE, model: "us.anthropic.model-v1:0[1m]" })).lines).toContain(
      "us.anthropic.model-v1:0[1m]",
    );
    for (const model of ["", "--help", "a b", "$(id)"]) {
      expect(() => launchPlan(BRIEF, { ...CLAUDE, model })).toThrow(
        expect.objectContaining({ code: "brief_invalid" }),
      );
    }
    expect(() => launchPlan(BRIEF, { ...CLAUDE, maxTurns: 0 })).toThrow(
      expect.objectContaining({ code: "brief_invalid" }),
    );
    expect(() => launchPlan({ ...BRIEF, sessionId: "$(id)" }, CLAUDE)).toThrow(
      expect.objectContaining({ code: "brief_invalid" }),
    );
  });
});

describe("command", () => {
  const own = (command: string | null): AgentSettings => ({ ...CLAUDE, kind: "command", command });

  test("runs the user's text with the run's facts in its environment", () => {
    const command = `# mine
for name in PROJECT RESULTS BRIEF INSTRUCTIONS RUN_ID PROJECT_ID REPO LANGUAGE BRANCH BASE_SHA TIME_LIMIT_HOURS SESSION_ID; do
  eval "echo $name=\\$UNIVERSE_$name"
done
pwd; exit 3`;
    const { lines, code } = start(launchPlan(BRIEF, own(command)));
    expect(code).toBe(3);
    expect(lines).toEqual([
      `PROJECT=${home}/project`,
      `RESULTS=${home}/results`,
      `BRIEF=${home}/.universe/kit/brief.json`,
      `INSTRUCTIONS=${home}/project/CLAUDE.md`,
      "RUN_ID=run-1",
      "PROJECT_ID=project-001",
      "REPO=org/repo-name",
      "LANGUAGE=python",
      "BRANCH=codeflash/optimize",
      `BASE_SHA=${"a".repeat(40)}`,
      "TIME_LIMIT_HOURS=8",
      `SESSION_ID=${SESSION}`,
      execFileSync("pwd", ["-P"], { cwd: path.join(home, "project"), encoding: "utf8" }).trim(),
    ]);
  });

  test("has no secret of its own, and must be there", () => {
    expect(launchPlan(BRIEF, own("true")).secretNames).toEqual([]);
    for (const command of [null, " \n"]) {
      expect(() => launchPlan(BRIEF, own(command))).toThrow(
        expect.objectContaining({ code: "command_missing" }),
      );
    }
  });
});

test("the demonstration agent is started from the kit", async () => {
  await mkdir(path.join(home, ".universe/kit"), { recursive: true });
  await writeFile(
    path.join(home, ".universe/kit/demo-agent.mjs"),
    "console.log(process.env.UNIVERSE_REPO, process.cwd());",
  );
  const plan = launchPlan(BRIEF, { ...CLAUDE, kind: "demo" });
  expect(plan.secretNames).toEqual([]);
  expect(start(plan).lines[0]).toMatch(/^org\/repo-name .*project$/);
});
