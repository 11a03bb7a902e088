import { expect, test } from "vitest";
import { startApollo, type ApolloOptions, type TestApollo } from "./index.ts";

const KEY = ["made", "up", "key"].join("-");
const ORGANIZATION = { name: "Acme", domain: "example.com", employees: 120 };
const PEOPLE = ["Ada", "Bob", "Cleo"].map((firstName, index) => ({
  firstName,
  lastName: "Example",
  title: index === 0 ? "CTO" : "Engineer",
  email: index === 2 ? null : `${firstName.toLowerCase()}@example.com`,
  linkedinUrl: `https://www.linkedin.com/in/${firstName.toLowerCase()}`,
  domain: "example.com",
}));

function start(more: Partial<ApolloOptions> = {}): Promise<TestApollo> {
  return startApollo({ keys: [{ key: KEY }], organizations: [ORGANIZATION], people: PEOPLE, ...more });
}

function call(apollo: TestApollo, method: string, path: string, body?: object, key = KEY): Promise<Response> {
  return fetch(`${apollo.baseUrl}${path}`, {
    method,
    headers: { "x-api-key": key, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function json(response: Promise<Response>): Promise<Record<string, never>> {
  return (await (await response).json()) as Record<string, never>;
}

test("searches people for nothing, page by page, without addresses and last names", async () => {
  await using apollo = await start();
  const path = "/mixed_people/api_search?q_organization_domains_list[]=example.com&per_page=2&page=2";
  const found = await json(call(apollo, "POST", path));
  expect(found).toMatchObject({
    total_entries: 3,
    people: [{ first_name: "Cleo", last_name_obfuscated: "Ex***e", has_email: false }],
  });
  expect(JSON.stringify(found)).not.toMatch(/@|Example"/);
  const ctos = await json(call(apollo, "POST", "/mixed_people/api_search?person_titles[]=cto"));
  expect(ctos).toMatchObject({ total_entries: 1 });
  expect((await call(apollo, "POST", "/mixed_people/api_search?per_page=101")).status).toBe(422);
  expect(apollo.creditsUsed).toBe(0);
});

test("charges a credit for a person and an organisation that it finds, until there are none", async () => {
  await using apollo = await start({ credits: 2 });
  const match = (query: string): Promise<Response> => call(apollo, "POST", `/people/match?${query}`);
  expect(await json(match("name=No+One&domain=example.com"))).toEqual({ person: null });
  expect(apollo.creditsUsed).toBe(0);
  expect(await json(match("name=Ada+Example&domain=example.com"))).toMatchObject({
    person: { email: "ada@example.com", organization: { estimated_num_employees: 120 } },
  });
  expect(await json(call(apollo, "GET", "/organizations/enrich?domain=example.com"))).toMatchObject({
    organization: { name: "Acme" },
  });
  expect((await match("name=Ada+Example&domain=example.com")).status).toBe(422);
  expect(apollo.creditsUsed).toBe(2);
});

test("wants a key in its header, one that is good for the endpoint", async () => {
  await using apollo = await start({ keys: [{ key: KEY, paths: ["/people/match"] }] });
  const refused = await call(apollo, "POST", "/people/match", {}, "other");
  expect([refused.status, refused.headers.get("content-type")]).toEqual([401, "text/plain; charset=utf-8"]);
  const forbidden = await call(apollo, "POST", "/contacts/search", {});
  expect([forbidden.status, await forbidden.json()]).toMatchObject([403, { error_code: "API_INACCESSIBLE" }]);
  expect(apollo.violations).toEqual([]);
  await call(apollo, "POST", `/people/match?api_key=${KEY}`);
  expect(apollo.violations).toMatchObject([{ kind: "key_in_url" }]);
});

test("counts each endpoint for itself and says when to come back", async () => {
  let now = 0;
  await using apollo = await start({ limits: { minute: 1, hour: 2, day: 9 }, now: () => now });
  const first = await call(apollo, "POST", "/contacts/search", {});
  expect([first.headers.get("x-rate-limit-minute"), first.headers.get("x-minute-requests-left")]).toEqual([
    "1",
    "0",
  ]);
  now = 15_000;
  const limited = await call(apollo, "POST", "/contacts/search", {});
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "45"]);
  expect((await call(apollo, "POST", "/tasks/search", {})).status).toBe(200);
  now = 61_000;
  expect((await call(apollo, "POST", "/contacts/search", {})).headers.get("retry-after")).toBe("3539");
});

test("keeps contacts, drafts and tasks; a contact is made once with run_dedupe", async () => {
  await using apollo = await start();
  const ada = { first_name: "Ada", last_name: "Example", email: "ada@example.com", run_dedupe: true };
  await call(apollo, "POST", "/contacts", ada);
  await call(apollo, "POST", "/contacts", ada);
  const id = apollo.contacts[0]?.id ?? "";
  expect(apollo.contacts).toHaveLength(1);
  await call(apollo, "PATCH", `/contacts/${id}`, { title: "CTO" });
  expect(await json(call(apollo, "GET", `/contacts/${id}`))).toMatchObject({ contact: { title: "CTO" } });
  expect(await json(call(apollo, "POST", "/contacts/search", { q_keywords: "ada@" }))).toMatchObject({
    pagination: { total_entries: 1 },
  });
  const task = { user_id: apollo.userId, contact_id: id, type: "outreach_manual_email", status: "scheduled" };
  await call(apollo, "POST", "/tasks", task);
  const draft = {
    contact_id: id,
    subject: "Hello",
    body_html: "<p>x</p>",
    outreach_task_id: apollo.tasks[0]?.id,
  };
  expect(await json(call(apollo, "POST", "/emailer_messages", draft))).toMatchObject({
    emailer_message: { status: "drafted", to_email: "ada@example.com" },
    task: { contact_id: id },
  });
  expect((await call(apollo, "POST", "/emailer_messages", { contact_id: "nobody" })).status).toBe(422);
  expect((await call(apollo, "POST", "/tasks", { contact_id: id })).status).toBe(422);
  expect(await json(call(apollo, "GET", "/emailer_messages/search?q_keywords=hello"))).toMatchObject({
    emailer_messages: [{ subject: "Hello" }],
  });
  expect(await json(call(apollo, "GET", "/users/api_profile"))).toMatchObject({ id: apollo.userId });
  expect(apollo.violations).toEqual([]);
});

test("notes whatever sends or begins to send", async () => {
  await using apollo = await start();
  await call(apollo, "POST", "/contacts", { first_name: "Ada", email: "ada@example.com" });
  await call(apollo, "POST", "/emailer_messages", { contact_id: apollo.contacts[0]?.id, subject: "x" });
  const touches = [{ status: "approved", emailer_template: { subject: "x", body_html: "<p>x</p>" } }];
  const steps = [{ type: "auto_email", wait_time: 1, wait_mode: "day", emailer_touches: touches }];
  await call(apollo, "POST", "/sequences", { name: "Ours", emailer_steps: steps });
  const sequence = apollo.sequences[0]?.id ?? "";
  const add = `/emailer_campaigns/${sequence}/add_contact_ids?emailer_campaign_id=${sequence}&send_email_from_email_account_id=${apollo.emailAccountId}&contact_ids[]=${apollo.contacts[0]?.id}`;
  await call(apollo, "POST", add);
  expect(apollo.sequences[0]?.contactIds).toHaveLength(1);
  expect(apollo.violations).toEqual([]);
  await call(apollo, "POST", `/emailer_campaigns/${sequence}/approve`);
  await call(apollo, "POST", add);
  await call(apollo, "PUT", `/sequences/${sequence}`, { active: true });
  await call(apollo, "POST", "/sequences", { name: "Another", active: true });
  await call(apollo, "POST", `/emailer_messages/${apollo.drafts[0]?.id}/send_now`);
  expect(apollo.violations.map(({ kind }) => kind)).toEqual([
    "activate",
    "send",
    "activate",
    "activate",
    "send",
  ]);
  expect(apollo.drafts[0]?.status).toBe("scheduled");
});

test("does its work and loses the answer when told so", async () => {
  await using apollo = await start();
  apollo.failNext({ path: "/people/match", fault: "cut-after" });
  await expect(call(apollo, "POST", "/people/match?name=Ada+Example&domain=example.com")).rejects.toThrow();
  expect(apollo.creditsUsed).toBe(1);
});
