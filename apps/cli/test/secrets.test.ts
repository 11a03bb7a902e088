import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { testCampaign } from "./support/campaign.ts";
import { uo } from "./support/uo.ts";

const exec = promisify(execFile);

// Made here, so that nobody takes this file for a leak.
const SECRET = ["made", "up", "value", "123456789"].join("-");

it("masks a secret that the agent prints and commits, and holds the branch and the drafts until it is released", async () => {
  await using campaign = await testCampaign({ agentSeconds: 0.1 });
  const { folder } = campaign;
  await writeFile(join(folder, ".env"), `TEST_AGENT_KEY=${SECRET}\n`);
  await campaign.configure((config) => {
    const agent = config["agent"] as { command: string; secrets?: string[] };
    agent.secrets = ["TEST_AGENT_KEY"];
    agent.command = `echo "the key is $TEST_AGENT_KEY"; echo "$TEST_AGENT_KEY" > leaked.txt; git add leaked.txt; ${agent.command}; sed -i "s/replaced reduce/replaced $TEST_AGENT_KEY/" "$HOME/results/summary.json"`;
  });

  const start = await uo(folder, "start");
  expect(start.exitCode).toBe(1);
  expect(start.stderr).toContain("uo release project-001 --reason");
  expect(start.stdout + start.stderr).not.toContain(SECRET);
  expect(start.stdout).toContain("NEEDS YOU");

  // Nothing that lies in the results has it, neither has the database, and the fork has no branch.
  const results = join(folder, "results", "project-001");
  expect(await readFile(join(results, "claude_output.log"), "utf8")).toContain(
    `the key is ${"*".repeat(SECRET.length)}`,
  );
  expect(await readFile(join(results, "summary.json"), "utf8")).not.toContain(SECRET);
  expect((await readFile(join(folder, "universe_optimize.db"))).includes(SECRET)).toBe(false);
  expect(await readdir(results)).not.toContain("emails");
  const fork = join(folder, "forks", "our-org", "sum.git");
  const branches = async (): Promise<string> =>
    (await exec("git", ["--git-dir", fork, "branch", "--list", "codeflash/*"])).stdout;
  expect(await branches()).toBe("");
  // The machine does not wait for the person.
  expect(await readdir(join(folder, ".universe", "machines")).catch(() => [])).toEqual([]);

  expect((await uo(folder, "release", "project-001", "--reason", " ")).exitCode).toBe(2);
  const release = await uo(folder, "release", "project-001", "--reason", "the key was changed");
  expect(release.exitCode, release.stderr).toBe(0);
  const again = await uo(folder, "start");
  expect(again.exitCode, again.stderr).toBe(0);
  expect(await branches()).toContain("codeflash/optimize");
  expect(await readdir(join(results, "emails"))).toContain("email_1_proof.md");
});

it("finds a likely secret in a commit alone", async () => {
  await using campaign = await testCampaign({ agentSeconds: 0.1 });
  const { folder } = campaign;
  await campaign.configure((config) => {
    const agent = config["agent"] as { command: string };
    agent.command = `printf 'gh%s' p_ > token.txt; printf 'a1B2%.0s' 1 2 3 4 5 6 7 8 9 >> token.txt; git add token.txt; ${agent.command}`;
  });
  const start = await uo(folder, "start");
  expect(start.exitCode).toBe(1);
  expect(start.stderr).toContain("branch: what looks like a GitHub token");
});
