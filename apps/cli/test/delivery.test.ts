import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startApollo } from "@universe-optimize/test-servers/apollo";
import { startImap } from "@universe-optimize/test-servers/imap";
import { describe, expect, it } from "vitest";
import { type CollectedCampaign, collectedCampaign, ID } from "./support/collected-campaign.ts";
import { json, uo, uoWith } from "./support/uo.ts";

const LIMIT_MS = 300_000;
const KEY = ["made", "up", "key"].join("-");

const contextOf = async ({ folder }: CollectedCampaign): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(folder, "results", ID, "context.json"), "utf8")) as Record<string, unknown>;
const draftOf = ({ folder }: CollectedCampaign, name: string): string =>
  join(folder, "results", ID, "emails", name);
const approve = async ({ folder }: CollectedCampaign, email = "1"): Promise<void> => {
  const run = await uo(folder, "approve", ID, "--email", email);
  expect(run.exitCode, run.stderr).toBe(0);
};

describe("the branch that a mail points to", () => {
  it(
    "has the verified commits alone, as they were, where others lie between them",
    { timeout: LIMIT_MS },
    async () => {
      await using campaign = await collectedCampaign();
      const { fork, commits, folder } = campaign;
      const { branch_url: url, num_optimizations: count } = await contextOf(campaign);
      expect([url, count]).toEqual([expect.stringContaining("codeflash/verified"), 2]);
      expect(await readFile(draftOf(campaign, "email_2_followup.md"), "utf8")).toMatch(
        /all 2 commits here:\s*\n.*codeflash\/verified/,
      );
      const log = (branch: string): Promise<string> =>
        fork("log", "--reverse", "--format=%an <%ae> %aI %s", `main..${branch}`);
      const all = (await log("codeflash/optimize")).split("\n");
      expect(all).toHaveLength(3);
      expect((await log("codeflash/verified")).split("\n")).toEqual([all[0], all[2]]);
      // The first one stayed itself; the run's branch is as it was.
      expect(await fork("rev-parse", "codeflash/verified^")).toBe(commits[0]);
      expect(await fork("rev-parse", "codeflash/optimize")).toBe(commits[2]);
      const results = await uo(folder, "results", ID);
      expect(results.stdout).toMatch(
        /Verified: .*codeflash\/verified \(2 of 3 commits, each measured on its own parent\)/,
      );
      // Once more, the same.
      const sha = await fork("rev-parse", "codeflash/verified");
      await campaign.render();
      expect(await fork("rev-parse", "codeflash/verified")).toBe(sha);
    },
  );

  it(
    "is the whole one, and says so, where a verified commit needs one that is left out",
    { timeout: LIMIT_MS },
    async () => {
      await using campaign = await collectedCampaign({ middle: "in the way" });
      expect((await contextOf(campaign))["branch_url"]).toContain("codeflash/optimize");
      await expect(
        campaign.fork("rev-parse", "--verify", "-q", "refs/heads/codeflash/verified"),
      ).rejects.toThrow();
      const note = /codeflash\/optimize shows 3 commits, 2 of them verified: [0-9a-f]{10} cannot stand alone/;
      expect(campaign.lines.join("\n")).toMatch(note);
      expect((await uo(campaign.folder, "results", ID)).stdout).toMatch(note);
      await campaign.configure((config) => {
        config["run"] = { verifiedBranch: null };
      });
      await campaign.render();
      expect(json(await uo(campaign.folder, "results", ID, "--json"))["branchNote"]).toBeNull();
    },
  );
});

it(
  "lays an approved mail into a mailbox and into Apollo once, finds it again, refuses what was changed, and never sends",
  async () => {
    await using campaign = await collectedCampaign();
    await using server = await startImap();
    await using apollo = await startApollo({ keys: [{ key: KEY }] });
    const { folder } = campaign;
    await campaign.configure((config) => {
      Object.assign(config["outreach"] as object, {
        imap: { host: "localhost", port: server.tlsPort, user: server.username },
        apollo: { baseUrl: apollo.baseUrl },
      });
    });
    const ca = join(folder, "..", "ca.pem");
    await writeFile(ca, server.ca);
    const env = { IMAP_PASSWORD: server.password, APOLLO_API_KEY: KEY, NODE_EXTRA_CA_CERTS: ca };
    const said: string[] = [];
    const push = async (to: "imap" | "apollo"): Promise<ReturnType<typeof uo>> => {
      const run = await uoWith(env, folder, "drafts", "push", ID, "--email", "1", "--to", to);
      said.push(run.stdout + run.stderr);
      return run;
    };
    const done = (words: string): object => ({ exitCode: 0, stdout: expect.stringContaining(words) });
    const refused = (words: string): object => ({ exitCode: 1, stderr: expect.stringContaining(words) });

    // A figure that nobody measured, written by hand.
    const draft = draftOf(campaign, "email_1_proof.md");
    const text = await readFile(draft, "utf8");
    await writeFile(draft, text.replace("3.1x", "12x"));
    expect(await uo(folder, "approve", ID, "--email", "1")).toMatchObject(
      refused("says 12x, which neither the proof"),
    );
    await writeFile(draft, text);
    expect((await push("imap")).stderr).toMatch(/approve/i);
    expect(await server.messages("Drafts")).toEqual([]);

    await approve(campaign);
    expect(await push("imap")).toMatchObject(done("lies in Drafts"));
    expect(await push("imap")).toMatchObject(done("lay already in Drafts"));
    const [message, ...others] = await server.messages("Drafts");
    expect(others).toEqual([]);
    expect(message?.flags).toContain("D");
    expect(message?.text).toMatch(/^To: Robin Doe <robin@example\.com>\r?$/m);
    expect(message?.text).toContain("3.1x faster");
    expect(await push("apollo")).toMatchObject(done("lies in Apollo as draft"));
    expect(await push("apollo")).toMatchObject(done("lay already in Apollo"));
    expect(apollo.drafts).toMatchObject([{ status: "drafted" }]);
    expect(apollo.contacts.map(({ email }) => email)).toEqual(["robin@example.com"]);

    // Another text: without a new word of a person it goes nowhere, and with one it does not stand beside the first.
    await writeFile(draft, text.replace("Hi Robin", "Dear Robin"));
    expect(await push("imap")).toMatchObject(refused("changed after the approval"));
    expect(await push("apollo")).toMatchObject(refused("changed after the approval"));
    await approve(campaign);
    expect(await push("imap")).toMatchObject(refused("Drafts"));
    expect(await push("apollo")).toMatchObject(refused("Apollo"));
    expect(await server.messages("Drafts")).toEqual([message]);
    expect(apollo.drafts).toHaveLength(1);
    expect(apollo.violations).toEqual([]);
    expect(said.join("")).not.toContain(server.password);
    expect(said.join("")).not.toContain(KEY);
  },
  LIMIT_MS,
);

it(
  "refuses a contact that comes from commits: when it is added, drafted for, and exported",
  async () => {
    await using campaign = await collectedCampaign();
    const { folder } = campaign;
    const policy = expect.stringMatching(/acceptable-use policies forbid/);
    const person = ["--contact-name", "Ada Example", "--contact-email", "ada@example.com"];
    const add = ["add", "acme/other", "--language", "python", ...person, "--contact-source", "commit e-mail"];
    expect(await uo(folder, ...add)).toMatchObject({ exitCode: 2, stderr: policy });

    // What was written into the file by hand, after an approval, goes no further than the file.
    await approve(campaign);
    const file = join(folder, "projects.json");
    const change = async (contact: object): Promise<void> => {
      const projects = JSON.parse(await readFile(file, "utf8")) as { target_contact: object }[];
      for (const project of projects) Object.assign(project.target_contact, contact);
      await writeFile(file, JSON.stringify(projects, null, 2));
    };
    await change({ source: "commit e-mail" });
    const place = /projects\.json:\d+:\d+ \[0\]\.target_contact\.source/;
    for (const command of [
      ["email", ID],
      ["drafts", "export", ID, "--email", "1"],
    ]) {
      const run = await uo(folder, ...command);
      expect(run).toMatchObject({ exitCode: 2, stderr: policy });
      expect(run.stderr).toMatch(place);
    }
    await expect(readFile(draftOf(campaign, "email_1_proof.eml"))).rejects.toThrow();
  },
  LIMIT_MS,
);
