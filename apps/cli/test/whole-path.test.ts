import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testCampaign } from "./support/campaign.ts";
import { json, uo } from "./support/uo.ts";

it("goes from projects.json to drafts, and shows them", async () => {
  await using campaign = await testCampaign();
  const { folder } = campaign;

  const dry = await uo(folder, "start", "--dry-run");
  expect(dry.stdout).toContain("project-001 (acme/sum): would go from fork through render");
  expect(existsSync(join(folder, "universe_optimize.db"))).toBe(false);

  const start = await uo(folder, "start");
  expect(start.stderr).toMatch(/project-001 {2}bootstrap/);
  expect(start.stdout).toMatch(
    /project-001 {2}acme\/sum {16}completed {3}1 {5}3x faster {4}DRAFT READY \(unproven\)/,
  );
  expect(start.stdout).toContain(join(folder, "results", "project-001", "emails"));
  expect(start.exitCode).toBe(0);

  const files = await readdir(join(folder, "results", "project-001"));
  expect(files).toEqual(
    expect.arrayContaining([
      "summary.json",
      "results.tsv",
      "HANDOFF.md",
      "claude_output.log",
      "context.json",
      "emails",
    ]),
  );
  expect(await readFile(join(folder, "results", "project-001", "claude_output.log"), "utf8")).toBe(
    "agent: reading the project\nagent: done\n",
  );
  const mail = await readFile(join(folder, "results", "project-001", "emails", "email_1_proof.md"), "utf8");
  expect(mail).toMatch(/^Subject: I created 1 PRs that speed up sum\n\nHi Robin,\n/);

  const results = await uo(folder, "results", "project-001");
  expect(results.stdout).toContain("Experiments: 1 total (1 kept, 0 discarded)");
  expect(results.stdout).toMatch(/ {2}1\. total {15}3\.0x faster {3}loop instead of reduce/);
  expect(results.stdout).toContain("unproven");

  // The machine is gone, and nothing of it is left.
  expect(await readdir(join(folder, ".universe", "machines")).catch(() => [])).toEqual([]);
  const status = json(await uo(folder, "status", "--json"));
  expect(status).toMatchObject({
    ok: true,
    projects: [{ id: "project-001", status: "completed", email: "draft", proven: false }],
  });

  // A finished project is left alone.
  const second = await uo(folder, "start");
  expect(second.exitCode).toBe(0);
  expect(await campaign.agentStarts()).toBe(1);

  const sent = await uo(folder, "mark-sent", "project-001");
  expect(sent.stdout).toContain("email_1_proof.md: sent");
  expect((await uo(folder, "status")).stdout).toContain("SENT");
});

it("keeps what a person wrote into context.json and drafts", async () => {
  await using campaign = await testCampaign();
  const { folder } = campaign;
  expect((await uo(folder, "start")).exitCode).toBe(0);
  const contextFile = join(folder, "results", "project-001", "context.json");
  const context = JSON.parse(await readFile(contextFile, "utf8")) as Record<string, unknown>;
  await writeFile(contextFile, JSON.stringify({ ...context, first_name: "Robina" }, null, 2));
  const first = await uo(folder, "email", "project-001");
  expect(first.stderr).toContain("edited by hand and kept: first_name");
  const draft = join(folder, "results", "project-001", "emails", "email_2_followup.md");
  expect(await readFile(draft, "utf8")).toContain("Hi Robina,");

  await writeFile(draft, `${await readFile(draft, "utf8")}\nP.S. See you in May.\n`);
  const template = join(folder, "email_templates", "email_2_followup.md");
  await writeFile(
    template,
    (await readFile(template, "utf8")).replace("Wanted to follow up", "I wanted to follow up"),
  );
  const again = await uo(folder, "email", "--rerender-all");
  expect(again.exitCode).toBe(0);
  const merged = await readFile(draft, "utf8");
  expect(merged).toContain("I wanted to follow up");
  expect(merged).toContain("P.S. See you in May.");

  // A broken template changes nothing at all.
  await writeFile(template, "Subject: Re: {repo}\n\nHi {frist_name},\n");
  const broken = await uo(folder, "email", "project-001");
  expect(broken.exitCode).toBe(1);
  expect(broken.stderr).toMatch(/email_2_followup\.md:3:\d+.*frist_name.*first_name/);
  expect(await readFile(draft, "utf8")).toBe(merged);
});
