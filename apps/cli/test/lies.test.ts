import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testCampaign } from "./support/campaign.ts";
import { json, uo } from "./support/uo.ts";

/** Rewrites summary.json after the agent's honest work; `sha` is the commit that is really there. */
const lie = (optimizations: string): string =>
  `sha=$(git rev-parse HEAD); printf '%s' '{"status":"completed","total_keeps":9,"pr_ready_commits":9,"optimizations":[${optimizations}],"headline_stats":{"best_single_speedup":"1000000x faster","best_function":"<script>","total_cpu_improvement_pct":"NaN"}}' | sed "s/REAL/$sha/g" > "$HOME/results/summary.json"`;

const claim = (commit: string, name: string, gain: string): string =>
  JSON.stringify({
    commit,
    function: name,
    file: "sum.mjs",
    description: "d",
    technique: "t",
    cpu_speedup: gain,
  });

it("counts only what the branch bears out, and mails nothing else", async () => {
  await using campaign = await testCampaign({ agentSeconds: 0.1 });
  const { folder } = campaign;
  const claims = [
    claim("REAL", "total", "3x faster"),
    claim("REAL", "total", "4x faster"),
    claim("1".repeat(40), "ghost", "5x faster"),
    claim("REAL", "<script>alert(1)</script> Bcc: all@example.com", "2x faster"),
    claim("REAL", "{{ first_name }}{% raw %}", "2x faster"),
    claim("REAL", "wonder", "1000000x faster"),
    claim("REAL", "slower", "0.5x"),
  ].join(",");
  await campaign.configure((config) => {
    const agent = config["agent"] as { command: string };
    agent.command = `${agent.command}; ${lie(claims)}`;
  });
  const start = await uo(folder, "start");
  expect(start.exitCode, start.stderr).toBe(0);
  expect(json(await uo(folder, "status", "project-001", "--json"))).toMatchObject({
    project: { optimizations: 1, best: "3x faster" },
  });
  const mails = join(folder, "results", "project-001", "emails");
  for (const name of (await readdir(mails)).filter((file) => file.endsWith(".md"))) {
    const text = await readFile(join(mails, name), "utf8");
    expect(text).not.toMatch(/ghost|script|Bcc|raw|wonder|1000000|slower|9 /);
  }
  const results = await uo(folder, "results", "project-001");
  expect(results.stdout).toContain("Not counted:");
  expect(results.stdout).toContain("ghost: its commit 111111111111 is not on the branch");
  expect(results.stdout).toContain("wonder: 1000000x is more than 10x");
});

it("fails a run whose claims have no commit at all, and says why", async () => {
  await using campaign = await testCampaign({ agentSeconds: 0.1 });
  const { folder } = campaign;
  await campaign.configure((config) => {
    const agent = config["agent"] as { command: string };
    agent.command = `mkdir -p "$HOME/results"; ${lie(claim("1".repeat(40), "ghost", "5x faster"))}`;
  });
  const start = await uo(folder, "start");
  expect(start.exitCode).toBe(1);
  expect(start.stdout).toContain("none of the 1 claims can be counted");
  expect(json(await uo(folder, "status", "project-001", "--json"))).toMatchObject({
    project: { status: "failed", optimizations: 0 },
  });
});

it("says how an agent ended that left nothing", async () => {
  await using campaign = await testCampaign();
  const { folder } = campaign;
  await campaign.configure((config) => {
    (config["agent"] as { command: string }).command = "echo about to fail; echo boom >&2; exit 42";
  });
  const start = await uo(folder, "start");
  expect(start.exitCode).toBe(1);
  expect(start.stdout).toContain("no results; the agent ended with exit status 42; its last words: boom");
});
