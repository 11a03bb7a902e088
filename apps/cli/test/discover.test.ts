import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApollo, type TestApollo } from "@universe-optimize/test-servers/apollo";
import { type ChildRun, runUntilKilled } from "@universe-optimize/test-servers/crash";
import { type GitHubServer, startGitHub, syntheticUniverse } from "@universe-optimize/test-servers/github";
import { startSumble, type TestSumble } from "@universe-optimize/test-servers/sumble";
import { afterEach, beforeEach, expect, test } from "vitest";
import { json, MAIN, uoWith } from "./support/uo.ts";

// The day of the universe lies before the search's own, so that nothing is from the future.
const UNIVERSE = { seed: 11, count: 400, now: new Date(Date.now() - 60_000).toISOString() };
const KEY = ["made", "up", "key"].join("-");

let folder: string;
let campaign: string;
let github: GitHubServer;
let sumble: TestSumble;
let apollo: TestApollo;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "uo-discover-"));
  campaign = join(folder, "campaign");
  github = await startGitHub({
    checkOpenApi: false,
    limits: { searchesPerMinute: 1000, pointsPerMinute: 10_000 },
  });
  await github.addUniverse(UNIVERSE);
  await github.addUser({ login: "asker" });
  const { token } = await github.addToken({ login: "asker", scopes: ["public_repo"] });
  const owners = syntheticUniverse(UNIVERSE).map(({ owner }) => owner);
  const companies = [...new Map(owners.map((owner) => [owner.login, owner])).values()].map(
    (owner, index) => ({
      id: index + 1,
      name: owner.name,
      url: `${owner.login}.example.com`,
      employees: owner.employees,
    }),
  );
  sumble = await startSumble({
    keys: [KEY],
    perSecond: 1000,
    runningPolls: 0,
    organizations: companies,
    people: companies.map(({ id, url }) => ({
      id: 1000 + id,
      name: `Ada Number${id}`,
      title: "CTO",
      jobFunction: "Engineer",
      jobLevel: "CXO",
      country: "US",
      linkedinUrl: null,
      email: `ada@${url}`,
      organizationId: id,
    })),
  });
  apollo = await startApollo({ keys: [{ key: KEY }] });
  env = { GITHUB_API_URL: github.apiUrl, GITHUB_TOKEN: token, SUMBLE_API_KEY: KEY, APOLLO_API_KEY: KEY };
  expect((await uo("init", campaign)).exitCode).toBe(0);
  const file = join(campaign, "universe.config.json");
  const config = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
  config["outreach"] = { sumble: { baseUrl: sumble.baseUrl }, apollo: { baseUrl: apollo.baseUrl } };
  await writeFile(file, JSON.stringify(config));
});

afterEach(async () => {
  await Promise.all([github.dispose(), sumble.stop(), apollo.stop()]);
  await rm(folder, { recursive: true });
});

const uo = (...args: readonly string[]): Promise<ChildRun> => uoWith(env, folder, ...args);
const inCampaign = (...args: readonly string[]): Promise<ChildRun> => uo(...args, "--campaign", campaign);
const DISCOVER = ["discover", "--min-stars", "100"];

interface Listed {
  readonly complete: boolean;
  readonly requests: number;
  readonly projects: readonly { readonly repo: string; readonly employees: number | null }[];
}

test(
  "discovers, goes on after SIGKILL, adds what is picked, and finds whom to write to",
  { timeout: 120_000 },
  async () => {
    const killed = await runUntilKilled({
      command: [
        "sh",
        "-c",
        'exec "$@" 2>&1',
        "sh",
        process.execPath,
        MAIN,
        ...DISCOVER,
        "--campaign",
        campaign,
      ],
      cwd: folder,
      env: { ...process.env, ...env, HOME: folder },
      when: (line) => line.startsWith("50 requests:"),
    });
    expect(killed.killed).toBe(true);
    const before = (await github.calls()).length;
    expect(before).toBeLessThan(120);
    const part = json(await inCampaign(...DISCOVER, "--max-requests", "5", "--json"));
    expect(part).toMatchObject({ complete: false, requests: 5 });
    const plain = json(await inCampaign(...DISCOVER, "--json")) as unknown as Listed;
    expect(plain.complete).toBe(true);
    const paths = (await github.calls())
      .map(({ path }) => path)
      .filter((path) => path.startsWith("/api/v3/"));
    // The request that was under way when the process was killed may have been asked again; no other.
    expect(new Set(paths).size).toBeGreaterThanOrEqual(paths.length - 1);

    const sized = json(
      await inCampaign(...DISCOVER, "--employees-from", "sumble", "--max-credits", "900", "--json"),
    ) as unknown as Listed;
    expect(sized.projects.length).toBeLessThan(plain.projects.length);
    for (const { employees } of sized.projects)
      if (employees !== null) expect(employees >= 20 && employees <= 500).toBe(true);

    const table = await inCampaign(
      ...DISCOVER,
      "--employees-from",
      "sumble",
      "--max-credits",
      "900",
      "--rows",
      "2",
    );
    expect(table.stdout).toContain(sized.projects[0]?.repo);
    expect(table.stdout).toContain("add --from");
    const list = join(campaign, "discovery", "candidates.json");
    const added = await inCampaign("add", "--from", list, "--pick", "1,3", "--json");
    expect(json(added)).toMatchObject({
      added: [
        { id: "project-001", repo: sized.projects[0]?.repo },
        { id: "project-002", repo: sized.projects[2]?.repo },
      ],
      skipped: [],
    });
    expect(json(await inCampaign("add", "--from", list, "--pick", "1-2", "--json"))).toMatchObject({
      added: [{ repo: sized.projects[1]?.repo }],
      skipped: [sized.projects[0]?.repo],
    });
    expect(await inCampaign("add", "--from", list, "--pick", "0")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("no pick"),
    });

    const found = await inCampaign(
      "contacts",
      "find",
      "--source",
      "sumble",
      "--max-credits",
      "900",
      "--json",
    );
    const outcomes = json(found)["outcomes"] as {
      contact: { email: string; source: string; foundAt: string } | null;
    }[];
    expect(outcomes.some(({ contact }) => contact?.source === "sumble")).toBe(true);
    const projects = JSON.parse(await readFile(join(campaign, "projects.json"), "utf8")) as Record<
      string,
      unknown
    >[];
    const contact = outcomes[0]?.contact ?? null;
    expect(projects[0]?.["target_contact"]).toMatchObject({
      email: contact?.email,
      source: "sumble",
      found_at: contact?.foundAt,
    });
    const asked = sumble.requests.length;
    await inCampaign("contacts", "find", "project-001", "--source", "sumble", "--max-credits", "900");
    expect(sumble.requests.length).toBe(asked);
    expect(json(await inCampaign("contacts", "list", "--json"))).toMatchObject({
      open: [],
      credits: [
        { source: "sumble", booked: sumble.creditsUsed, reserved: 0 },
        { source: "apollo", booked: 0 },
      ],
    });
  },
);

test("refuses a contact from commits, wherever it is added", { timeout: 60_000 }, async () => {
  const person = ["--contact-name", "Robin Doe", "--contact-email", "robin@example.com"];
  const add = ["add", "acme/fast", "--language", "python"];
  const refused = await inCampaign(...add, ...person, "--contact-source", "commit e-mail");
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("acceptable-use") });
  expect((await inCampaign(...add)).exitCode).toBe(0);
  const enter = ["contacts", "add", "project-001", "--name", "Robin Doe", "--email", "robin@example.com"];
  const again = await inCampaign(...enter, "--source", "git log");
  expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("acceptable-use") });
  expect(await readFile(join(campaign, "projects.json"), "utf8")).not.toContain("Robin");
  expect((await inCampaign(...enter, "--position", "CTO")).stdout).toContain("Robin Doe (manual,");
  expect(await readFile(join(campaign, "projects.json"), "utf8")).toContain('"source": "manual"');
  expect((await inCampaign("contacts", "list")).stdout).toContain("robin@example.com");
});

test("says what is missing before anything is asked", { timeout: 60_000 }, async () => {
  const without = (name: string): Promise<ChildRun> =>
    uoWith({ ...env, [name]: "" }, folder, ...DISCOVER, "--campaign", campaign, "--employees-from", "sumble");
  expect(await without("GITHUB_TOKEN")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("GITHUB_TOKEN"),
  });
  expect(await without("SUMBLE_API_KEY")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("SUMBLE_API_KEY"),
  });
  expect((await inCampaign("discover", "--language", "cobol")).exitCode).toBe(2);
  expect((await inCampaign("contacts", "settle", "x", "--credits", "1")).stderr).toContain("no open call");
  expect((await github.calls()).filter(({ path }) => path.startsWith("/api/v3/"))).toEqual([]);
});
