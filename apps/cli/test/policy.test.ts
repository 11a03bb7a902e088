import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { testCampaign } from "./support/campaign.ts";
import { uo } from "./support/uo.ts";

const exec = promisify(execFile);
const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

it("leaves a project out whose upstream refuses, until a person overrides it, and asks again at another refusal", async () => {
  await using campaign = await testCampaign();
  const { folder } = campaign;
  const upstream = join(folder, "..", "acme", "sum");
  const say = async (text: string): Promise<void> => {
    await writeFile(join(upstream, "CONTRIBUTING.md"), text);
    const person = ["-c", "user.name=Robin Doe", "-c", "user.email=robin@example.com"];
    const env = { PATH: process.env["PATH"] ?? "", HOME: upstream, GIT_CONFIG_NOSYSTEM: "1" };
    await exec("git", ["add", "."], { cwd: upstream, env });
    await exec("git", [...person, "commit", "-q", "-m", "Say"], { cwd: upstream, env });
  };

  await say("# Contributing\n\nWe do not accept AI-generated contributions.\n");
  const refused = await uo(folder, "start", "--json");
  expect(refused.exitCode, refused.stderr).toBe(0);
  expect(json(refused.stdout)["results"]).toMatchObject([
    {
      outcome: "skipped",
      reason: expect.stringMatching(
        /CONTRIBUTING\.md:3: "We do not accept AI-generated contributions\."\).*uo override project-001 --policy/,
      ),
    },
  ]);
  expect(existsSync(join(folder, "forks"))).toBe(false);
  expect(await campaign.agentStarts()).toBe(0);

  const unexplained = await uo(folder, "override", "project-001", "--policy", "--reason", " ");
  expect(unexplained.exitCode).toBe(2);
  const overridden = await uo(folder, "override", "project-001", "--policy", "--reason", "agreed by phone");
  expect(overridden.exitCode, overridden.stderr).toBe(0);
  const started = await uo(folder, "start", "project-001", "--json");
  expect(started.exitCode, started.stderr).toBe(0);
  expect(json(started.stdout)["results"]).toMatchObject([{ outcome: "completed" }]);
  expect(existsSync(join(folder, "results", "project-001", "emails", "email_1_proof.md"))).toBe(true);

  await say("# Contributing\n\nUnsolicited pull requests will be closed.\n");
  const drafted = await uo(folder, "email", "project-001");
  expect(drafted.stdout + drafted.stderr).toContain(
    'CONTRIBUTING.md:3: "Unsolicited pull requests will be closed."',
  );
  await say("# Contributing\n\nContributions are welcome.\n");
  const nothing = await uo(folder, "override", "project-001", "--policy", "--reason", "no need");
  expect(nothing.exitCode).toBe(1);
  expect(nothing.stderr).toContain("nothing in acme/sum's files refuses");
  expect((await uo(folder, "email", "project-001")).exitCode).toBe(0);
});
