import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testCampaign } from "./support/campaign.ts";
import { json, uo } from "./support/uo.ts";

/** Several proofs and a dozen commands on a busy computer: only what hangs takes longer. */
const LIMIT_MS = 900_000;
const ID = "project-001";

interface Optimization {
  readonly commit_sha: string;
  readonly function_name: string;
  readonly label: string;
  readonly quoted: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly reason: string;
}

it(
  "proves on a fresh machine, and lets a mail out only with proven numbers and a person's word",
  async () => {
    await using campaign = await testCampaign({ agent: "measured-agent.sh", proof: "fresh" });
    const { folder } = campaign;
    const start = await uo(folder, "start");
    expect(start.exitCode, start.stderr).toBe(0);

    const optimizations = async (): Promise<Optimization[]> =>
      json(await uo(folder, "results", ID, "--json"))["optimizations"] as Optimization[];
    let [gain, nothing, lie] = await optimizations();
    // What a person does whose computer was too busy to measure.
    for (let again = 0; /^(?:unstable|out_of_time):/.test(gain?.reason ?? "") && again < 4; again += 1) {
      await uo(folder, "prove", ID, "--claim", gain?.commit_sha ?? "");
      [gain, nothing, lie] = await optimizations();
    }
    expect(gain, start.stderr).toMatchObject({ function_name: "total", label: "verified" });
    expect(gain?.quoted).toBeGreaterThan(1.5);
    expect(gain?.quoted).toBeLessThanOrEqual(gain?.upper ?? 0);
    expect(nothing?.label).not.toBe("verified");
    expect(lie).toMatchObject({ label: "not_reproduced", quoted: null });
    expect(lie?.reason).toMatch(/^evidence:/);
    const status = json(await uo(folder, "status-all", "--json"));
    expect(status["machinesAlive"], "both machines are gone").toEqual([]);
    expect((await stat(join(folder, "results", ID, "proof.html"))).size).toBeGreaterThan(1000);

    // Nothing of what the agent said of its own numbers is in a mail.
    const draft = join(folder, "results", ID, "emails", "email_1_proof.md");
    expect(await readFile(draft, "utf8")).not.toMatch(/9x|900|4x|7x/);

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
    const evaluated = await uo(folder, "evaluate");
    expect(evaluated.exitCode, evaluated.stderr).toBe(0);
    expect(evaluated.stdout).toMatch(/1 of 3 measured claims verified/);
  },
  LIMIT_MS,
);
