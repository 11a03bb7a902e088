import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Proof } from "@universe-optimize/claim-prover";
import { expect, it } from "vitest";
import { testCampaign } from "./support/campaign.ts";
import { json, uo } from "./support/uo.ts";

/** A proof and a dozen commands on a busy computer: only what hangs takes longer. */
const LIMIT_MS = 900_000;
const ID = "project-001";

interface Optimization {
  readonly function_name: string;
  readonly label: string;
  readonly quoted: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly reason: string;
}

it(
  "proves on a fresh machine that goes again, and believes nothing that it did not measure",
  async () => {
    await using campaign = await testCampaign({ agent: "measured-agent.sh", proof: "fresh" });
    const { folder } = campaign;
    const start = await uo(folder, "start");
    expect(start.exitCode, start.stderr).toBe(0);

    const results = json(await uo(folder, "results", ID, "--json"));
    const [gain, nothing, lie] = results["optimizations"] as Optimization[];
    // On a busy computer the gain may stay unverifiable; what is never seen is a number above what was measured.
    expect(gain?.reason, start.stderr).toMatch(/^(?:proven|proven_restated|unstable|out_of_time):/);
    if (gain?.label === "verified") expect(gain.quoted).toBeLessThanOrEqual(gain.upper ?? 0);
    else expect(gain?.quoted).toBeNull();
    expect(nothing?.label).not.toBe("verified");
    expect(lie).toMatchObject({ label: "not_reproduced", quoted: null });
    expect(lie?.reason).toMatch(/^evidence:/);

    const status = json(await uo(folder, "status-all", "--json"));
    expect(status["machinesAlive"], "both machines are gone").toEqual([]);
    expect(start.stderr.match(/machine uo-\w+ is gone/g)).toHaveLength(2);
    const proof = JSON.parse(await readFile(join(folder, "results", ID, "proof.json"), "utf8")) as Proof;
    expect(proof.claims).toHaveLength(3);
    expect(proof.method).toContain("on a machine that took no part in the optimization");
    const report = await readFile(join(folder, "results", ID, "proof.html"), "utf8");
    expect(report).toContain("0123456789");

    // Nothing of what the agent said of its own numbers is in the context.
    const context = await readFile(join(folder, "results", ID, "context.json"), "utf8");
    expect(context).not.toMatch(/9x|900|4x|7x/);
    const evaluated = await uo(folder, "evaluate");
    expect(evaluated.stdout).toMatch(/of 3 measured claims verified/);
  },
  LIMIT_MS,
);

/** What a prover would have written: the run's one claim, measured at 3x. */
async function writeProof(folder: string): Promise<void> {
  const { run } = json(await uo(folder, "results", ID, "--json")) as { run: { facts_json: string } };
  const { pushedSha, fork } = JSON.parse(run.facts_json) as { pushedSha: string; fork: { baseSha: string } };
  const at = new Date().toISOString();
  const claim: Proof["claims"][number] = {
    index: 0,
    commit: pushedSha,
    function: "total",
    file: "sum.mjs",
    claimed: 3,
    label: "verified",
    reason: "proven",
    explanation: "Measured 3.1x.",
    quoted: 3.1,
    interval: [2.9, 3.3],
    noiseFloor: 0.01,
    quotedMiB: null,
    intervalMiB: null,
    guards: [],
    sessions: [],
    commands: {},
    seconds: 1,
  };
  const proof: Proof = {
    schema: 1,
    project: ID,
    repo: "acme/sum",
    base: fork.baseSha,
    head: pushedSha,
    machine: { cpu: "x", cores: 2, memoryMiB: 1, kernel: "x", tools: {}, isolation: [] },
    prover: "0.0.0",
    startedAt: at,
    finishedAt: at,
    method: "Each commit was measured against its parent.",
    reduced: false,
    claims: [claim],
    product: null,
  };
  await writeFile(join(folder, "results", ID, "proof.json"), JSON.stringify(proof));
}

it(
  "lets a mail out only with proven numbers and a person's word",
  async () => {
    await using campaign = await testCampaign();
    const { folder } = campaign;
    const draft = join(folder, "results", ID, "emails", "email_1_proof.md");
    expect((await uo(folder, "start")).exitCode).toBe(0);
    const unproven = await uo(folder, "approve", ID, "--email", "1");
    expect(unproven.exitCode).toBe(1);
    expect(unproven.stderr).toMatch(/nothing was measured again/);

    await writeProof(folder);
    await campaign.configure((config) => {
      config["proof"] = { machine: "same" };
    });
    const rendered = await uo(folder, "email", ID);
    expect(rendered.exitCode, rendered.stderr).toBe(0);
    expect(await readFile(draft, "utf8")).toContain("3.1x faster");

    // Without a sender, a country and an address nobody may approve.
    const early = await uo(folder, "approve", ID, "--email", "1");
    expect(early.exitCode).toBe(1);
    expect(early.stderr).toMatch(/outreach\.sender\.name/);
    expect(early.stderr).toMatch(/country/);
    await campaign.configure((config) => {
      config["outreach"] = {
        gate: { minVerified: 1, minSpeedup: 1.5 },
        sender: {
          name: "Codeflash",
          email: "founder@example.org",
          postalAddress: "1 Example Street, Example City",
          optOut: "Reply with 'no thanks' and I will not write again.",
        },
      };
    });
    expect((await uo(folder, "email", ID)).exitCode).toBe(0);
    expect(await readFile(draft, "utf8")).toContain("1 Example Street");
    expect((await uo(folder, "approve", ID, "--email", "1")).stderr).toMatch(/country/);
    const approved = await uo(
      folder,
      "approve",
      ID,
      "--email",
      "1",
      "--allow-country",
      "--reason",
      "asked for it",
    );
    expect(approved.exitCode, approved.stderr).toBe(0);

    // The approved text goes out as a file that is no sent mail.
    const exported = await uo(folder, "drafts", "export", ID, "--email", "1");
    expect(exported.exitCode, exported.stderr).toBe(0);
    const eml = await readFile(draft.replace(/\.md$/, ".eml"), "utf8");
    expect(eml).toMatch(/^X-Unsent: 1\r$/m);
    expect(eml).toMatch(/^To: Robin Doe <robin@example\.com>\r$/m);

    // Any change clears the approval; the old text approves again.
    const text = await readFile(draft, "utf8");
    await writeFile(draft, text.replace("Hi Robin", "Dear Robin"));
    const changed = await uo(folder, "drafts", "export", ID, "--email", "1");
    expect(changed.exitCode).toBe(1);
    expect(changed.stderr).toMatch(/changed after the approval/);
    await writeFile(draft, text);
    expect((await uo(folder, "drafts", "export", ID, "--email", "1")).exitCode).toBe(0);

    // A follow-up loses its 'Re:' until the mail that it answers was sent.
    const subjectOf = async (number: number): Promise<string> => {
      const { drafts } = json(await uo(folder, "drafts", "--json")) as { drafts: { subject: string }[] };
      return drafts[number - 1]?.subject ?? "";
    };
    expect(await subjectOf(2)).not.toMatch(/^Re:/);
    const sent = await uo(folder, "mark-sent", ID, "--email", "1", "--message-id", "<a1@mail.example.org>");
    expect(sent.exitCode, sent.stderr).toBe(0);
    expect(await subjectOf(2)).toMatch(/^Re:/);

    // Who asks to be left alone is, whatever was approved before.
    expect((await uo(folder, "approve", ID, "--email", "2")).exitCode).toBe(0);
    expect((await uo(folder, "suppress", "robin@example.com", "--date", "2026-03-01")).exitCode).toBe(0);
    const refused = await uo(folder, "drafts", "export", ID, "--email", "2");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/not to be written to since 2026-03-01/);

    // The upstream moves so that the branch conflicts: the draft has expired.
    const upstream = join(folder, "..", "acme", "sum");
    await writeFile(join(upstream, "sum.mjs"), "export const total = () => 0;\n");
    const git = ["-c", "user.name=R", "-c", "user.email=r@example.com", "-C", upstream];
    await promisify(execFile)("git", [...git, "commit", "-q", "-am", "Rewrite"]);
    expect((await uo(folder, "approve", ID, "--email", "3")).stderr).toMatch(/no longer applies/);
  },
  LIMIT_MS,
);
