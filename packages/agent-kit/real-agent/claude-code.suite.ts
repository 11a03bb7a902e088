import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { launchPlan, resumePlan } from "@universe-optimize/agent-kit";
import type { Answer, MessagesRequest } from "@universe-optimize/test-servers/messages-api";
import { describe, expect, inject, test } from "vitest";
import { git } from "../test/machine.ts";
import { bench, CLAUDE, record } from "./bench.ts";

const bash = (command: string, text?: string): Answer => ({
  ...(text === undefined ? {} : { text }),
  tools: [{ name: "Bash", input: { command, description: "A step of the work" } }],
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const COMMIT = `git commit -q -am "Keep the words of a text" && git push -q origin HEAD && git log -1 --format=%s`;
const SUMMARY = `cat >"$HOME/results/summary.json" <<'EOF'
{"repo":"demo/text-index","branch":"codeflash/optimize","total_experiments":1,"total_keeps":1,"total_discards":0,"optimizations":[],"status":"completed"}
EOF
printf 'experiment\\tstatus\\nexp001\\tkeep\\n' >"$HOME/results/results.tsv"`;

describe("a session", () => {
  test("reads the instructions, changes a file, runs the tests, commits, pushes and writes its results", async () => {
    await using on = await bench();
    const file = path.join(on.target.home, "project/src/tokenize.js");
    const source = await readFile(file, "utf8");
    const api = await on.serve({
      script: [
        bash('cat "$UNIVERSE_INSTRUCTIONS"', "I read the instructions."),
        { tools: [{ name: "Read", input: { file_path: file } }] },
        { tools: [{ name: "Write", input: { file_path: file, content: `// Faster.\n${source}` } }] },
        bash("node --test 2>&1 | tail -n 8"),
        bash(COMMIT),
        bash(SUMMARY),
        { text: "One change is kept.", usage: { inputTokens: 1000, outputTokens: 100 } },
      ],
    });
    const plan = launchPlan(on.brief, CLAUDE);
    const { code, transcript, end } = await on.launch(plan);
    expect(on.log()).toContain("Codeflash Optimization Run");
    expect({ code, end }).toMatchObject({ code: 0, end: { kind: "finished", retry: "no" } });
    expect(transcript).toMatchObject({
      agent: "claude-code",
      sessionId: on.brief.sessionId,
      agentVersion: inject("claudeVersion"),
      turns: 7,
      resultLines: 1,
      unreadableLines: 0,
      lastResult: { isError: false, text: "One change is kept." },
    });
    const origin = path.join(on.target.home, "origin.git");
    expect(await git(origin, "log", "--format=%an %s", `${on.brief.baseSha}..codeflash/optimize`)).toBe(
      "Universe Optimize Keep the words of a text",
    );
    expect(await on.target.git("status", "--porcelain")).toBe("");
    expect(await readFile(path.join(on.target.home, "results/summary.json"), "utf8")).toContain(
      '"completed"',
    );
    const results = api.requests.flatMap(({ message }) => message?.toolResults ?? []);
    expect(results.filter(({ isError }) => isError)).toEqual([]);
    expect(results[3]?.text).toMatch(/fail 0/);
    expect(transcript.costUsd).toBeGreaterThan(0.01);
    expect(await on.cost()).toBeCloseTo(transcript.costUsd ?? 0, 6);
    await record("success", on);
  });

  test.each(["SIGTERM", "SIGKILL"] as const)(
    "ended by %s is resumed, and its cost goes on",
    async (signal) => {
      await using on = await bench();
      await on.serve({
        script: [
          bash("echo one >one.txt; git add one.txt; git commit -qm One"),
          bash("echo $$ >../child; until [ -e ../enough ]; do sleep 1; done"),
        ],
      });
      let ended = false;
      const stopped = await on.launch(launchPlan(on.brief, CLAUDE), {
        onOutput: (text, kill) => {
          if (ended || !text.includes('"subtype":"task_started"')) return;
          ended = true;
          kill(signal);
        },
      });
      // Each command of the agent has a process group of its own: SIGKILL to the agent's group leaves it running.
      const child = Number(await readFile(path.join(on.target.home, "child"), "utf8"));
      expect(isAlive(child)).toBe(signal === "SIGKILL");
      await writeFile(path.join(on.target.home, "enough"), "");
      await expect.poll(() => isAlive(child), { timeout: 20_000 }).toBe(false);
      expect(stopped.code).toBe(signal === "SIGTERM" ? 143 : null);
      expect(stopped.transcript.lastResult).toBeNull();
      expect(stopped.end).toMatchObject({ kind: "killed", retry: "resume" });
      const before = await on.cost();
      if (signal === "SIGTERM") expect(before).toBeGreaterThan(0.01);
      else expect(before).toBeNull();

      const seen: MessagesRequest[] = [];
      await on.serve({
        script: (request) => {
          seen.push(request);
          return { text: "All is written." };
        },
      });
      const resumed = await on.launch(resumePlan(on.brief, CLAUDE, "stopped"));
      expect(seen.find(({ tools }) => tools.length > 0)).toMatchObject({
        assistantTurns: expect.toSatisfy((turns: number) => turns >= 2) as number,
        prompt: expect.stringContaining("stopped from outside") as string,
      });
      expect(resumed.code).toBe(0);
      expect(resumed.end.kind).toBe("finished");
      expect(resumed.transcript.sessionId).toBe(on.brief.sessionId);
      expect(resumed.transcript.costUsd).toBeGreaterThan(before ?? 0);
      await record(signal === "SIGTERM" ? "stopped-and-resumed" : "killed-and-resumed", on);
    },
  );

  test("ends at its turn limit, and at its budget", async () => {
    const looks = { text: "I look.", ...bash("ls"), usage: { inputTokens: 100_000, outputTokens: 10 } };
    {
      await using on = await bench();
      await on.serve({ script: () => looks });
      const { code, end, transcript } = await on.launch(launchPlan(on.brief, { ...CLAUDE, maxTurns: 2 }));
      expect({ code, end }).toMatchObject({ code: 1, end: { kind: "turn_limit", retry: "no" } });
      expect(transcript.lastResult?.subtype).toBe("error_max_turns");
      await record("turn-limit", on);
    }
    await using on = await bench();
    await on.serve({ script: () => looks });
    const { code, end, transcript } = await on.launch(launchPlan(on.brief, { ...CLAUDE, maxBudgetUsd: 1 }));
    expect({ code, end }).toMatchObject({ code: 1, end: { kind: "budget", retry: "no" } });
    expect(transcript.costUsd).toBeGreaterThanOrEqual(1);
    await record("budget", on);
  });

  test("ends at a usage limit, and goes on after it", async () => {
    await using on = await bench();
    const message = "This request would exceed your account's rate limit. Please try again later.";
    await on.serve({ script: [bash("ls"), { status: 429, message, headers: { "retry-after": "7200" } }] });
    const limited = await on.launch(launchPlan(on.brief, CLAUDE));
    expect({ code: limited.code, end: limited.end }).toMatchObject({
      code: 1,
      end: { kind: "usage_limit", retry: "resume_at", resumeAt: expect.any(Date) as Date },
    });
    await on.serve({ script: [] });
    const resumed = await on.launch(resumePlan(on.brief, CLAUDE, "usage_limit"));
    expect(resumed.end.kind).toBe("finished");
    expect(resumed.transcript).toMatchObject({ limit: null, resultLines: 2 });
    expect(resumed.transcript.costUsd).toBeGreaterThan(limited.transcript.costUsd ?? 1);
    await record("usage-limit-and-resumed", on);
  });

  test("goes on after cut connections and an overloaded API", async () => {
    await using on = await bench();
    await on.serve({
      script: [
        "cut",
        { status: 529, message: "Overloaded" },
        { text: "Half", breaks: "overloaded" },
        { text: "Whole." },
      ],
    });
    const { code, transcript, end } = await on.launch(launchPlan(on.brief, CLAUDE));
    expect({ code, end: end.kind, text: transcript.lastResult?.text }).toEqual({
      code: 0,
      end: "finished",
      text: "Whole.",
    });
    expect(transcript.retries).toBeGreaterThanOrEqual(2);
    await record("retries", on);
  });

  test("has several results where a background task ends late: the last counts", async () => {
    await using on = await bench();
    const late = { command: "sleep 2; echo late", description: "Wait", run_in_background: true };
    await on.serve({
      script: [{ tools: [{ name: "Bash", input: late }] }, { text: "It runs." }, { text: "It has ended." }],
    });
    const { code, transcript, end } = await on.launch(launchPlan(on.brief, CLAUDE));
    expect({ code, end: end.kind }).toEqual({ code: 0, end: "finished" });
    expect(transcript).toMatchObject({
      resultLines: 2,
      backgroundTasks: 0,
      lastResult: { text: "It has ended." },
    });
    await record("background-task", on);
  });

  test("is refused with a bad key", async () => {
    await using on = await bench();
    await on.serve({ script: [], keys: ["another"] });
    const { code, end } = await on.launch(launchPlan(on.brief, CLAUDE), {
      env: { CLAUDE_CODE_MAX_RETRIES: "1" },
    });
    expect({ code, end }).toMatchObject({ code: 1, end: { kind: "refused", retry: "no" } });
    await record("refused-key", on);
  });
});

describe("a preflight", () => {
  test("tells a good start, a refused key, no key, a wrong model and a silent API within seconds", async () => {
    await using on = await bench();
    const { requests } = await on.serve({ script: [] });
    const started = performance.now();
    expect(await on.preflight(CLAUDE)).toMatchObject({ ok: true, version: inject("claudeVersion") });
    expect(requests.map(({ message }) => message?.tools)).toEqual([[]]);
    expect(await on.preflight(CLAUDE, { ANTHROPIC_API_KEY: "" })).toMatchObject({
      code: "no_key",
      retryable: false,
    });
    expect(await on.preflight(CLAUDE, { ANTHROPIC_BASE_URL: "http://127.0.0.1:9" })).toMatchObject({
      code: "unreachable",
      retryable: true,
    });
    await on.serve({ script: [], keys: ["another"] });
    expect(await on.preflight(CLAUDE)).toMatchObject({ code: "bad_key", retryable: false });
    await on.serve({ script: [], models: ["another"] });
    expect(await on.preflight(CLAUDE)).toMatchObject({ code: "bad_model", retryable: false });
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(await on.preflight(CLAUDE, {}, "/usr/bin:/bin")).toMatchObject({ code: "not_installed" });
    // The run's own session has not begun.
    expect(await on.cost()).toBeNull();
  });

  test("tells a plugin that is there, broken, empty and missing", async () => {
    const settings = { ...CLAUDE, plugin: "/dist" };
    await using on = await bench(settings);
    await on.serve({ script: [] });
    const dist = path.join(on.target.home, "codeflash-agent/dist");
    expect(await on.preflight(settings)).toMatchObject({ code: "plugin_missing" });
    await mkdir(dist, { recursive: true });
    expect(await on.preflight(settings)).toMatchObject({ code: "plugin_broken" });
    await mkdir(path.join(dist, ".claude-plugin"));
    const manifest = path.join(dist, ".claude-plugin/plugin.json");
    await writeFile(manifest, "{nothing");
    expect(await on.preflight(settings)).toMatchObject({ code: "plugin_broken" });
    await writeFile(manifest, '{"name":"codeflash","version":"1.0.0","description":"For a test"}');
    expect(await on.preflight(settings)).toMatchObject({ ok: true });
    const { end, transcript } = await on.launch(launchPlan(on.brief, settings));
    expect(end.kind).toBe("finished");
    expect(transcript.pluginErrors).toEqual([]);
  });
});
