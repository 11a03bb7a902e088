import { expect, test } from "vitest";
import { startSumble, type SumbleOptions, type TestSumble } from "./index.ts";

const KEY = ["made", "up"].join("-");
const PERSON = {
  id: 11,
  name: "Ada Example",
  title: "CTO",
  jobFunction: "Engineering",
  jobLevel: "CXO",
  country: "US",
  linkedinUrl: "https://www.linkedin.com/in/ada",
  email: "ada@example.com",
  organizationId: 7,
};

function start(more: Partial<SumbleOptions> = {}): Promise<TestSumble> {
  return startSumble({
    keys: [KEY],
    organizations: [{ id: 7, name: "Acme", url: "example.com", employees: 120 }],
    people: [PERSON, { ...PERSON, id: 12, name: "Bob Example", jobLevel: "Director", email: null }],
    ...more,
  });
}

async function ask(sumble: TestSumble, path: string, body: object, key = KEY): Promise<[number, Answer]> {
  const response = await fetch(`${sumble.baseUrl}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return [response.status, (await response.json()) as Answer];
}

interface Answer {
  readonly request_id?: string;
  readonly credits_used?: number;
  readonly [key: string]: unknown;
}

test("matches organisations; what is not matched is free", async () => {
  await using sumble = await start();
  const [status, found] = await ask(sumble, "/organizations", {
    organizations: [{ url: "https://www.example.com/about" }, { url: "nobody.example" }],
    select: { attributes: ["id", "name", "employee_count"] },
  });
  expect([status, found]).toMatchObject([
    200,
    {
      credits_used: 2,
      credits_remaining: 9998,
      matched_count: 1,
      organizations: [{ attributes: { id: 7, name: "Acme", employee_count: 120 } }, { attributes: {} }],
    },
  ]);
});

test("finds people as a request that is polled, and charges at the first poll with the result", async () => {
  await using sumble = await start({ perSecond: 99 });
  const filter = {
    organization_ids: [7],
    query: { query: "job_function EQ 'Engineering' AND job_level IN ('CXO', 'VP')" },
  };
  const body = { filter, select: { attributes: ["name", "job_title"] }, limit: 5 };
  const [, begun] = await ask(sumble, "/people", body);
  expect(begun).toMatchObject({ status: "pending", credits_used: 0 });
  const poll = { request_id: begun.request_id };
  expect((await ask(sumble, "/people", poll))[1]).toMatchObject({ status: "running" });
  expect((await ask(sumble, "/people", poll))[1]).toMatchObject({
    status: "succeeded",
    credits_used: 2,
    total: 1,
    people: [{ person_id: 11, attributes: { name: "Ada Example", job_title: "CTO" } }],
  });
  expect((await ask(sumble, "/people", poll))[1].credits_used).toBe(0);
  expect(sumble.creditsUsed).toBe(2);
});

test("reveals an address for ten credits, once", async () => {
  await using sumble = await start({ runningPolls: 0, perSecond: 99 });
  const body = { people: [{ person_id: 11 }, { person_id: 12 }], select: { attributes: ["name", "email"] } };
  const reveal = async (): Promise<Answer> => {
    const [, begun] = await ask(sumble, "/people", body);
    return (await ask(sumble, "/people", { request_id: begun.request_id }))[1];
  };
  expect(await reveal()).toMatchObject({
    credits_used: 12,
    matched_count: 2,
    people: [{ attributes: { email: "ada@example.com" } }, { attributes: { email: null } }],
  });
  expect((await reveal()).credits_used).toBe(2);
});

test("refuses as documented: key, credits, fields, too many a second", async () => {
  await using sumble = await start({ credits: 1, perSecond: 4, now: () => 0 });
  const select = { attributes: ["name", "employee_count"] };
  expect((await ask(sumble, "/organizations", {}, "other"))[0]).toBe(401);
  expect((await ask(sumble, "/organizations", { organizations: [{ url: "example.com" }], select }))[0]).toBe(
    402,
  );
  expect((await ask(sumble, "/people", { filter: {}, select }))[1]).toMatchObject({
    detail: [{ type: "value_error" }],
  });
  expect(
    (
      await ask(sumble, "/people", { filter: { organization_ids: [7] }, select: { attributes: ["email"] } })
    )[0],
  ).toBe(422);
  expect((await ask(sumble, "/people", { request_id: "unknown" }))[0]).toBe(422);
  expect((await ask(sumble, "/people", {}))[0]).toBe(429);
  expect(sumble.creditsUsed).toBe(0);
});
