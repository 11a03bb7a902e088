import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildKit, type KitOptions } from "./build-kit.ts";
import type { AgentSettings, MachineKit, RunBrief } from "./types.ts";

const BRIEF: RunBrief = {
  runId: "run-1",
  projectId: "project-001",
  repo: "org/repo-name",
  language: "python",
  branch: "codeflash/optimize",
  baseSha: "a".repeat(40),
  timeLimitHours: 8,
  sessionId: "11111111-2222-4333-8444-555555555555",
};
const CLAUDE: AgentSettings = {
  kind: "claude-code",
  model: "opus",
  maxTurns: 400,
  maxBudgetUsd: 20,
  plugin: null,
  command: null,
};
const OPTIONS: KitOptions = {
  agent: CLAUDE,
  campaignDirectory: null,
  system: "install",
  cloneUrl: "https://example.com/org/repo-name.git",
};

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "universe-kit-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function text(kit: MachineKit, name: string): string {
  const content = kit.files.find((file) => file.path === name)?.content;
  if (typeof content !== "string") throw new Error(`${name} is not in the kit`);
  return content;
}

const names = (kit: MachineKit): string[] => kit.files.map((file) => file.path);

describe("buildKit", () => {
  test("holds these files, the hash last", async () => {
    const kit = await buildKit(BRIEF, OPTIONS);
    expect(names(kit)).toEqual([
      "bootstrap.sh",
      "prepare.sh",
      "brief.env",
      "brief.json",
      "CLAUDE.md",
      "hash",
    ]);
    expect(text(kit, "hash")).toBe(`${kit.hash}\n`);
    expect(text(kit, "brief.env")).toBe(`UNIVERSE_RUN_ID=run-1
UNIVERSE_PROJECT_ID=project-001
UNIVERSE_REPO=org/repo-name
UNIVERSE_LANGUAGE=python
UNIVERSE_BRANCH=codeflash/optimize
UNIVERSE_BASE_SHA=${"a".repeat(40)}
UNIVERSE_TIME_LIMIT_HOURS=8
UNIVERSE_SESSION_ID=11111111-2222-4333-8444-555555555555
UNIVERSE_AGENT=claude-code
UNIVERSE_SYSTEM=install
UNIVERSE_CLONE_URL=https://example.com/org/repo-name.git
UNIVERSE_CUSTOM_BOOTSTRAP=''
`);
    expect(JSON.parse(text(kit, "brief.json"))).toEqual(BRIEF);
  });

  test("the same input has the same hash; any change another", async () => {
    const { hash } = await buildKit(BRIEF, OPTIONS);
    expect((await buildKit(BRIEF, OPTIONS)).hash).toBe(hash);
    expect((await buildKit({ ...BRIEF, timeLimitHours: 7 }, OPTIONS)).hash).not.toBe(hash);
    expect((await buildKit(BRIEF, { ...OPTIONS, system: "check" })).hash).not.toBe(hash);
  });

  test("its scripts are sh, for dash too", async () => {
    const kit = await buildKit(BRIEF, OPTIONS);
    for (const name of ["bootstrap.sh", "prepare.sh", "brief.env"]) {
      execFileSync("/bin/sh", ["-n"], { input: text(kit, name) });
    }
  });

  test("what goes into brief.env stays data", async () => {
    const name = `A 'b' "c" $(touch ${folder}/pwned) \`x\` \\ ;`;
    const kit = await buildKit(BRIEF, {
      ...OPTIONS,
      gitIdentity: { name, email: "a@example.com" },
      claudeVersion: "2.2.0",
    });
    const printed = execFileSync("/bin/sh", [
      "-c",
      `${text(kit, "brief.env")}printf %s "$UNIVERSE_GIT_NAME|$UNIVERSE_CLAUDE_VERSION"`,
    ]);
    expect(printed.toString()).toBe(`${name}|2.2.0`);
    await expect(
      buildKit(BRIEF, { ...OPTIONS, gitIdentity: { name: "a\nb", email: "" } }),
    ).rejects.toMatchObject({ code: "brief_invalid" });
    await expect(buildKit(BRIEF, { ...OPTIONS, claudeVersion: "latest; id" })).rejects.toMatchObject({
      code: "brief_invalid",
    });
  });

  test.each(["python", "javascript", "typescript", "java"] as const)(
    "the instructions for %s state the contract",
    async (language) => {
      const instructions = text(await buildKit({ ...BRIEF, language }, OPTIONS), "CLAUDE.md");
      for (const words of [
        "org/repo-name",
        "8 hours",
        "git push origin codeflash/optimize",
        "UNIVERSE_SCALE",
        "UNIVERSE_SEED",
        "HANDOFF.md",
        '"benchmark"',
      ]) {
        expect(instructions).toContain(words);
      }
      expect(instructions).not.toContain("/codeflash-optimize");
      expect(instructions).not.toMatch(/\{[{%]/);
      const profilers = {
        python: "cProfile",
        javascript: "--cpu-prof",
        typescript: "--cpu-prof",
        java: "StartFlightRecording",
      };
      expect(instructions).toContain(profilers[language]);
    },
  );

  test("the Codeflash plugin goes to Python with Claude Code only", async () => {
    const plugin = path.join(folder, "dist");
    await mkdir(path.join(plugin, "skills"), { recursive: true });
    await writeFile(path.join(plugin, "plugin.json"), "{}");
    await writeFile(path.join(plugin, "skills", "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
    const agent = { ...CLAUDE, plugin };
    const kit = await buildKit(BRIEF, { ...OPTIONS, agent });
    expect(names(kit)).toEqual(expect.arrayContaining(["plugin/plugin.json", "plugin/skills/run.sh"]));
    expect(kit.files.find((file) => file.path === "plugin/skills/run.sh")?.mode).toBe(0o755);
    expect(text(kit, "CLAUDE.md")).toContain(
      'Run `/codeflash-optimize start` and when asked for context, respond with "go".',
    );
    await writeFile(path.join(plugin, "plugin.json"), "{ }");
    expect((await buildKit(BRIEF, { ...OPTIONS, agent })).hash).not.toBe(kit.hash);
    expect(names(await buildKit({ ...BRIEF, language: "java" }, { ...OPTIONS, agent }))).not.toContain(
      "plugin/plugin.json",
    );

    await symlink("/etc/passwd", path.join(plugin, "link"));
    await expect(buildKit(BRIEF, { ...OPTIONS, agent })).rejects.toMatchObject({ code: "plugin_invalid" });
    const missing = buildKit(BRIEF, { ...OPTIONS, agent: { ...CLAUDE, plugin: path.join(folder, "none") } });
    await expect(missing).rejects.toMatchObject({ code: "plugin_missing", retryable: false });
  });

  test("a campaign's own files replace the shipped ones", async () => {
    const campaign = path.join(folder, "campaign");
    await mkdir(campaign);
    const plain = await buildKit(BRIEF, { ...OPTIONS, campaignDirectory: campaign });
    expect(plain.hash).toBe((await buildKit(BRIEF, OPTIONS)).hash);
    await writeFile(path.join(campaign, "bootstrap.sh"), "echo mine\n");
    await writeFile(
      path.join(campaign, "optimization.md"),
      "# {{ repo_name }} for {{ time_limit_hours }} h\n",
    );
    const own = await buildKit(BRIEF, { ...OPTIONS, campaignDirectory: campaign });
    expect(text(own, "campaign-bootstrap.sh")).toBe("echo mine\n");
    expect(text(own, "brief.env")).toContain("UNIVERSE_CUSTOM_BOOTSTRAP=1");
    expect(text(own, "CLAUDE.md")).toBe("# repo-name for 8 h\n");

    await writeFile(path.join(campaign, "optimization.md"), "# One\n\nHello {{ repository }}\n");
    await expect(buildKit(BRIEF, { ...OPTIONS, campaignDirectory: campaign })).rejects.toMatchObject({
      code: "instructions_invalid",
      message: expect.stringMatching(
        /optimization\.md: undefined variable: repository, line:3, col:\d+.*repo_name/s,
      ) as string,
    });
    await writeFile(path.join(campaign, "optimization.md"), "{% include '/etc/passwd' %}\n");
    await expect(buildKit(BRIEF, { ...OPTIONS, campaignDirectory: campaign })).rejects.toMatchObject({
      code: "instructions_invalid",
    });
    const named = buildKit(BRIEF, { ...OPTIONS, campaignDirectory: campaign, instructionsFile: "other.md" });
    await expect(named).rejects.toMatchObject({ code: "file_missing" });
  });

  test("the demonstration agent comes with its project's changes, and not for other projects", async () => {
    const agent: AgentSettings = { ...CLAUDE, kind: "demo" };
    const kit = await buildKit({ ...BRIEF, repo: "universe-demo/route-matcher" }, { ...OPTIONS, agent });
    expect(names(kit)).toEqual(
      expect.arrayContaining([
        "demo-agent.mjs",
        "demo-agent/measure.mjs",
        "demo/project.json",
        "demo/changes/01-match.patch",
        "demo/benchmarks/match.py",
      ]),
    );
    expect(names(kit).some((name) => name.includes("unique-terms"))).toBe(false);
    await expect(buildKit(BRIEF, { ...OPTIONS, agent })).rejects.toMatchObject({
      code: "unknown_demo_project",
    });
  });
});
