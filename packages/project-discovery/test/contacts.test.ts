import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  apolloContacts,
  type ContactLedger,
  type ContactSource,
  findContact,
  manualContact,
  openContactLedger,
  sumbleContacts,
} from "@universe-optimize/project-discovery";
import { startApollo } from "@universe-optimize/test-servers/apollo";
import { runUntilKilled } from "@universe-optimize/test-servers/crash";
import { startSumble } from "@universe-optimize/test-servers/sumble";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("support/contact-program.ts", import.meta.url));
const KEY = ["made", "up", "key"].join("-");
const COMPANY = { name: "Acme", domain: "example.com" };
const now = (): Date => new Date("2026-01-31T10:00:00Z");

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "contacts-"));
  file = join(folder, "contacts.jsonl");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const open = (maxCredits = 100): Promise<ContactLedger> => openContactLedger({ file, maxCredits, now });

const PEOPLE = [
  { firstName: "Eve", lastName: "Example", title: "Software Engineer", email: "eve@example.com" },
  { firstName: "Ada", lastName: "Example", title: "Engineering Manager", email: "ada@example.com" },
  { firstName: "Cleo", lastName: "Example", title: "CTO", email: "cleo@example.com" },
  { firstName: "Dan", lastName: "Example", title: "VP of Engineering", email: null },
].map((person) => ({
  ...person,
  domain: "example.com",
  country: "United States",
  linkedinUrl: `http://www.linkedin.com/in/${person.firstName.toLowerCase()}`,
}));

function startTestApollo(credits = 100): ReturnType<typeof startApollo> {
  return startApollo({
    keys: [{ key: KEY }],
    organizations: [{ name: "Acme Inc.", domain: "example.com", employees: 120 }],
    people: PEOPLE,
    credits,
  });
}

describe("Apollo", () => {
  test("finds who decides, with source and day, and asks each question once", async () => {
    await using apollo = await startTestApollo();
    const source = apolloContacts({ apiKey: KEY, baseUrl: apollo.baseUrl, now });
    await using ledger = await open();
    const options = { source, ledger, company: COMPANY };
    const first = await findContact({ ...options, project: "acme/fast" });
    expect(first).toMatchObject({
      company: { name: "Acme Inc.", employees: 120 },
      found: {
        name: "Cleo Example",
        title: "CTO",
        email: "cleo@example.com",
        linkedin: "http://www.linkedin.com/in/cleo",
        country: "US",
        source: "apollo",
        foundAt: "2026-01-31",
      },
    });
    expect(apollo.requests).toHaveLength(3);
    expect(await findContact({ ...options, project: "acme/fast" })).toEqual(first);
    expect(apollo.requests).toHaveLength(3);
    expect(ledger.credits("apollo")).toEqual({ booked: apollo.creditsUsed, reserved: 0 });
    expect(apollo.creditsUsed).toBe(2);
    // Another project of the same company: somebody else, for one more credit.
    const second = await findContact({ ...options, project: "acme/other" });
    expect(second.found?.email).toBe("ada@example.com");
    expect(apollo.creditsUsed).toBe(3);
    const third = await findContact({ ...options, project: "acme/third" });
    expect(third).toMatchObject({ found: null, reason: expect.stringContaining("gave 3 people") });
    expect(apollo.violations).toEqual([]);
  });

  test("the key is in a header, never in the ledger or a URL", async () => {
    await using apollo = await startTestApollo();
    {
      await using ledger = await open();
      const source = apolloContacts({ apiKey: KEY, baseUrl: apollo.baseUrl });
      await findContact({ source, ledger, project: "a/b", company: COMPANY });
    }
    expect(await readFile(file, "utf8")).not.toContain(KEY);
    expect(JSON.stringify(apollo.requests)).not.toContain(KEY);
  });

  test.each(["cut-after", "hang-after"] as const)(
    "a paid call whose answer is lost (%s) is not made again until a person has looked",
    async (fault) => {
      await using apollo = await startTestApollo();
      const source = apolloContacts({ apiKey: KEY, baseUrl: apollo.baseUrl, timeoutMs: 500 });
      apollo.failNext({ path: "/organizations/enrich", fault });
      {
        await using ledger = await open();
        const options = { source, ledger, project: "a/b", company: COMPANY };
        await expect(findContact(options)).rejects.toMatchObject({ code: "unavailable" });
        await expect(findContact(options)).rejects.toMatchObject({ code: "unsettled", retryable: false });
        expect(ledger.credits("apollo")).toEqual({ booked: 0, reserved: 1 });
      }
      await using ledger = await open();
      const options = { source, ledger, project: "a/b", company: COMPANY };
      await expect(findContact(options)).rejects.toThrow("uo contacts settle");
      expect(apollo.requests).toHaveLength(1);
      expect(apollo.creditsUsed).toBe(1);
      await ledger.settle(ledger.open()[0]?.id ?? "", 1);
      expect((await findContact(options)).found?.email).toBe("cleo@example.com");
      expect(ledger.credits("apollo")).toEqual({ booked: 3, reserved: 0 });
      expect(apollo.creditsUsed).toBe(3);
    },
  );

  test("a call that was refused costs nothing and leaves nothing open", async () => {
    await using apollo = await startTestApollo(0);
    await using ledger = await open();
    const ask = (apiKey: string): Promise<unknown> =>
      findContact({
        source: apolloContacts({ apiKey, baseUrl: apollo.baseUrl }),
        ledger,
        project: "a/b",
        company: COMPANY,
      });
    await expect(ask("other")).rejects.toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining("APOLLO_API_KEY"),
    });
    await expect(ask(KEY)).rejects.toMatchObject({ code: "credits" });
    const limited = { status: 429, body: { message: "slowly" }, headers: { "retry-after": "7" } };
    apollo.failNext({ fault: limited });
    await expect(ask(KEY)).rejects.toMatchObject({
      code: "rate_limited",
      retryAfterMs: 7000,
      retryable: true,
    });
    await apollo.stop();
    await expect(ask(KEY)).rejects.toMatchObject({ code: "unavailable" });
    expect(ledger.open()).toEqual([]);
    expect(ledger.credits("apollo")).toEqual({ booked: 0, reserved: 0 });
  });

  test("a free question that got no answer can be asked again", async () => {
    await using apollo = await startTestApollo();
    await using ledger = await open();
    const source = apolloContacts({ apiKey: KEY, baseUrl: apollo.baseUrl });
    apollo.failNext({ path: "/mixed_people", fault: "cut-after" });
    const ask = (): ReturnType<typeof findContact> =>
      findContact({ source, ledger, project: "a/b", company: COMPANY });
    await expect(ask()).rejects.toMatchObject({ code: "unavailable" });
    expect((await ask()).found?.name).toBe("Cleo Example");
  });

  test("a process that is killed in a paid call leaves it reserved; nobody pays for it again", async () => {
    await using apollo = await startTestApollo();
    apollo.failNext({ fault: "hang-after" });
    const killed = await runUntilKilled({
      command: [process.execPath, PROGRAM, apollo.baseUrl, file],
      stdin: KEY,
      when: (line) => line === "calling",
    });
    expect(killed).toMatchObject({ killed: true, lines: ["calling"] });
    const before = apollo.requests.length;
    await using ledger = await open();
    expect(ledger.open()).toMatchObject([{ source: "apollo", act: "company", credits: 1, request: null }]);
    const source = apolloContacts({ apiKey: KEY, baseUrl: apollo.baseUrl });
    await expect(ledger.perform(source.company(COMPANY))).rejects.toMatchObject({ code: "unsettled" });
    expect(apollo.requests.length).toBe(before);
  });

  test("the same question, asked twice at once, is one call; the key goes over TLS or nowhere", async () => {
    await using apollo = await startTestApollo();
    await using ledger = await open();
    const ask = (baseUrl: string): Promise<unknown> =>
      ledger.perform(apolloContacts({ apiKey: KEY, baseUrl }).company(COMPANY));
    await expect(ask("http://apollo.example")).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("https://"),
    });
    const [one, other] = await Promise.all([ask(apollo.baseUrl), ask(apollo.baseUrl)]);
    expect(one).toEqual(other);
    expect(apollo.requests).toHaveLength(1);
  });

  test("no call is made that the campaign's limit does not cover", async () => {
    await using apollo = await startTestApollo();
    await using ledger = await open(1);
    const source = apolloContacts({ apiKey: KEY, baseUrl: apollo.baseUrl });
    await expect(findContact({ source, ledger, project: "a/b", company: COMPANY })).rejects.toMatchObject({
      code: "credits",
    });
    expect(apollo.creditsUsed).toBe(1);
    expect(apollo.requests.map(({ path }) => path)).not.toContain("/api/v1/people/match");
  });
});

function startTestSumble(): ReturnType<typeof startSumble> {
  const person = { jobFunction: "Engineering", country: "US", organizationId: 7 };
  return startSumble({
    keys: [KEY],
    perSecond: 1000,
    organizations: [{ id: 7, name: "Acme", url: "example.com", employees: 120 }],
    people: [
      {
        ...person,
        id: 11,
        name: "Ada Example",
        title: "Chief Technology Officer",
        jobLevel: "CXO",
        email: "ada@example.com",
        linkedinUrl: "https://www.linkedin.com/in/ada/",
      },
      {
        ...person,
        id: 12,
        name: "Bob Example",
        title: "Engineer",
        jobLevel: "Senior",
        email: "bob@example.com",
        linkedinUrl: null,
      },
    ],
  });
}

describe("Sumble", () => {
  test("finds who decides; books what the answers say", async () => {
    await using sumble = await startTestSumble();
    await using ledger = await open();
    // A version at the address's end is the adapter's business.
    const source = sumbleContacts({
      apiKey: KEY,
      baseUrl: sumble.baseUrl.replace("v9", "v1"),
      pollMs: 5,
      now,
    });
    const outcome = await findContact({ source, ledger, project: "acme/fast", company: COMPANY });
    expect(outcome).toMatchObject({
      company: { id: "7", employees: 120 },
      found: {
        name: "Ada Example",
        email: "ada@example.com",
        source: "sumble",
        foundAt: "2026-01-31",
        personId: "11",
      },
    });
    expect(ledger.credits("sumble")).toEqual({ booked: sumble.creditsUsed, reserved: 0 });
    const text = await readFile(file, "utf8");
    expect(text.match(/"t":"started"/g)).toHaveLength(2);
    expect(text).not.toContain(KEY);
  });

  test("a request that was begun is taken up again, and paid once", async () => {
    await using sumble = await startTestSumble();
    const source = (polls: number): ContactSource =>
      sumbleContacts({ apiKey: KEY, baseUrl: sumble.baseUrl, pollMs: 5, polls, timeoutMs: 5000 });
    const find = (ledger: ContactLedger, polls: number): ReturnType<typeof findContact> =>
      findContact({ source: source(polls), ledger, project: "a/b", company: COMPANY });
    {
      await using ledger = await open();
      await expect(find(ledger, 1)).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("taken up"),
      });
      expect(ledger.open()).toMatchObject([{ act: "people", credits: 30, request: expect.any(String) }]);
    }
    // The look that charges is done, and its answer is lost.
    sumble.failNext({ path: "/people", fault: "cut-after" });
    {
      await using ledger = await open();
      await expect(find(ledger, 5)).rejects.toMatchObject({ code: "unavailable" });
    }
    const charged = sumble.creditsUsed;
    await using ledger = await open();
    expect((await find(ledger, 5)).found?.name).toBe("Ada Example");
    expect(sumble.started).toBe(2);
    // What the lost answer cost is not known: what was reserved is booked.
    expect(ledger.credits("sumble").booked).toBeGreaterThanOrEqual(sumble.creditsUsed);
    expect(charged).toBeGreaterThan(0);
  });

  test("a company that it does not know costs nothing and is not asked for again", async () => {
    await using sumble = await startTestSumble();
    await using ledger = await open();
    const source = sumbleContacts({ apiKey: KEY, baseUrl: sumble.baseUrl });
    const ask = (): ReturnType<typeof findContact> =>
      findContact({ source, ledger, project: "a/b", company: { name: "No", domain: "nobody.example" } });
    expect(await ask()).toMatchObject({ found: null, reason: expect.stringContaining("nobody.example") });
    expect(await ask()).toMatchObject({ found: null });
    expect([sumble.requests.length, sumble.creditsUsed]).toEqual([1, 0]);
  });
});

describe("the ledger", () => {
  const ada = manualContact(
    { name: "Ada Example", title: "CTO", email: "ada@example.com", linkedin: null },
    now(),
  );

  test("keeps a person once a campaign, however the person is written", async () => {
    {
      await using ledger = await open();
      expect((await ledger.keep(ada, "acme/fast")).contact).toMatchObject({
        source: "manual",
        foundAt: "2026-01-31",
      });
      await ledger.keep(ada, "acme/fast");
      expect(ledger.contacts()).toHaveLength(1);
    }
    await using ledger = await open();
    const again = { ...ada, name: "A. Example", email: "ADA@example.com", source: "apollo", personId: "1" };
    await expect(ledger.keep(again, "acme/other")).rejects.toMatchObject({ code: "taken" });
    expect(ledger.contactOf("acme/fast")?.contact).toEqual(ada);
  });

  test("knows a person by the profile too", async () => {
    await using ledger = await open();
    await ledger.keep({ ...ada, linkedin: "https://www.linkedin.com/in/Ada/?x=1" }, "a/b");
    const other = { ...ada, email: null, linkedin: "http://linkedin.com/in/ada" };
    expect(ledger.isTaken(other, "c/d")).toBe(true);
    expect(ledger.isTaken(other, "a/b")).toBe(false);
  });

  test.each(["commit e-mail", "git log", "GitHub profile"])("refuses a contact from %s", async (source) => {
    await using ledger = await open();
    await expect(ledger.keep({ ...ada, source }, "a/b")).rejects.toMatchObject({
      code: "refused",
      message: expect.stringContaining("acceptable-use"),
    });
    expect(ledger.contacts()).toEqual([]);
  });

  test("settles by hand what is open, and nothing else", async () => {
    await using ledger = await open();
    await expect(ledger.settle("nothing", 1)).rejects.toMatchObject({ code: "invalid" });
  });

  test("passes over what a later version has written", async () => {
    {
      await using ledger = await open();
      await ledger.keep(ada, "a/b");
    }
    await appendFile(file, '{"t":"later","x":1}\n');
    await using ledger = await open();
    expect(ledger.contacts()).toHaveLength(1);
  });
});
