import {
  apolloClient,
  apolloKey,
  contactId,
  createApolloDraft,
  enrolInSequence,
  manualSequence,
} from "@universe-optimize/draft-delivery/apollo";
import { startApollo, type TestApollo } from "@universe-optimize/test-servers/apollo";
import { afterEach, beforeEach, expect, test } from "vitest";

const apiKey = ["test", "key"].join("-");
let server: TestApollo;
beforeEach(async () => {
  server = await startApollo({ keys: [{ key: apiKey }, { key: "small", paths: ["/contacts/search"] }] });
});
afterEach(async () => {
  // Whatever a test did: nothing was sent, nothing activated, and the key was in no address.
  expect(server.violations).toEqual([]);
  await server.stop();
});

const client = (key = apiKey): ReturnType<typeof apolloClient> =>
  apolloClient({ baseUrl: server.baseUrl, apiKey: key, timeoutMs: 5_000 });
const recipient = {
  name: "Ada Maria Example",
  email: "Ada@example.com",
  title: "CTO",
  company: "Example Ltd",
};
const draft = {
  recipient,
  subject: "I created 3 commits",
  body: "Hi Ada,\n\nsee https://example.com/x <b>\n",
};

test("a draft is linked to its contact, and made once", async () => {
  const made = await createApolloDraft(client(), draft);
  expect(made.kind).toBe("created");
  expect(server.contacts).toMatchObject([
    {
      first_name: "Ada",
      last_name: "Maria Example",
      email: "ada@example.com",
      title: "CTO",
      organization_name: "Example Ltd",
    },
  ]);
  expect(server.drafts).toEqual([
    {
      id: made.messageId,
      contactId: made.contactId,
      subject: "I created 3 commits",
      bodyHtml:
        '<p>Hi Ada,</p>\n<p>see <a href="https://example.com/x">https://example.com/x</a> &lt;b&gt;</p>\n',
      to: "ada@example.com",
      taskId: null,
      status: "drafted",
    },
  ]);
  expect(await createApolloDraft(client(), draft)).toEqual({ ...made, kind: "present" });
  expect([server.contacts.length, server.drafts.length]).toEqual([1, 1]);
});

test("an answer that is lost makes no second draft", async () => {
  server.failNext({ path: "/emailer_messages", skip: 1, fault: "cut-after" });
  await expect(createApolloDraft(client(), draft)).rejects.toMatchObject({
    code: "unreachable",
    retryable: true,
  });
  expect(await createApolloDraft(client(), draft)).toMatchObject({ kind: "present" });
  expect(server.drafts).toHaveLength(1);
});

test("another text under the same subject is left for a person", async () => {
  await createApolloDraft(client(), draft);
  await expect(createApolloDraft(client(), { ...draft, body: "Other\n" })).rejects.toMatchObject({
    code: "other_version",
  });
  expect(server.drafts).toHaveLength(1);
});

test("what a person has sent there is not drafted again", async () => {
  await createApolloDraft(client(), draft);
  server.drafts[0]!.status = "scheduled";
  expect(await createApolloDraft(client(), { ...draft, body: "Other\n" })).toMatchObject({ kind: "sent" });
  expect(server.drafts).toHaveLength(1);
});

test("the same subject for somebody else is another draft", async () => {
  await createApolloDraft(client(), draft);
  const other = { ...recipient, name: "Ad", email: "ad@example.com" };
  expect(await createApolloDraft(client(), { ...draft, recipient: other })).toMatchObject({
    kind: "created",
  });
  expect(server.drafts.map(({ to }) => to)).toEqual(["ada@example.com", "ad@example.com"]);
});

test("hostile strings are data", async () => {
  const name = "Ada\r\nBcc: x\u001b[31m <b>";
  await createApolloDraft(client(), {
    recipient: { ...recipient, name },
    subject: "About\r\nBcc: spy@example.com =?utf-8?Q?x?=",
    body: '<script>alert(1)</script>{{ x }}<img src="x">\n',
  });
  expect(server.drafts[0]).toMatchObject({ subject: "About Bcc: spy@example.com = ?utf-8?Q?x?=" });
  expect(server.drafts[0]?.bodyHtml).toBe(
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;{{ x }}&lt;img src=&quot;x&quot;&gt;</p>\n",
  );
  expect(server.contacts[0]?.name).not.toMatch(/\p{Cc}/u);
  await expect(
    createApolloDraft(client(), {
      ...draft,
      recipient: { ...recipient, email: "a@example.com,b@example.com" },
    }),
  ).rejects.toMatchObject({ code: "invalid_address" });
});

/** Makes a sequence as a person does in Apollo. */
async function sequence(types: readonly string[]): Promise<string> {
  const response = await fetch(`${server.baseUrl}/sequences`, {
    method: "POST",
    headers: { "x-api-key": apiKey },
    body: JSON.stringify({ name: "Spring", emailer_steps: types.map((type) => ({ type })) }),
  });
  const made = (await response.json()) as { emailer_campaign: { id: string } };
  return made.emailer_campaign.id;
}

test("a contact is put into a sequence of manual steps", async () => {
  const sequenceId = await sequence(["manual_email", "manual_email"]);
  const id = await contactId(client(), recipient);
  const enrolment = { sequenceId, emailAccountId: server.emailAccountId, contactId: id };
  expect(await enrolInSequence(client(), enrolment)).toEqual({ id: sequenceId, steps: 2, active: false });
  expect(server.sequences[0]).toMatchObject({ contactIds: [id], active: false });
  const methods = server.requests.slice(-3).map(({ method, body }) => `${method} ${JSON.stringify(body)}`);
  expect(methods).toEqual(["PUT {}", "POST {}", "PUT {}"]);
});

test.each([[["manual_email", "auto_email"]], [["action_item"]], [["linkedin_step_message"]], [[]]])(
  "a sequence with the steps %j is refused, and nobody is put into it",
  async (types) => {
    const sequenceId = await sequence(types);
    const id = await contactId(client(), recipient);
    const enrolment = { sequenceId, emailAccountId: server.emailAccountId, contactId: id };
    await expect(enrolInSequence(client(), enrolment)).rejects.toMatchObject({ code: "not_manual" });
    expect(server.sequences[0]?.contactIds).toEqual([]);
  },
);

test("a sequence whose steps cannot be read is refused", async () => {
  const sequenceId = await sequence(["manual_email"]);
  const answer = (body: object): void =>
    server.failNext({ path: "/sequences", fault: { status: 200, body } });
  answer({ emailer_campaign: { id: sequenceId } });
  await expect(manualSequence(client(), sequenceId)).rejects.toMatchObject({ code: "unexpected" });
  answer({ emailer_campaign: { id: "other" }, emailer_steps: [{ type: "manual_email" }] });
  await expect(manualSequence(client(), sequenceId)).rejects.toMatchObject({ code: "not_manual" });
  answer({ emailer_campaign: { id: sequenceId, num_steps: 2 }, emailer_steps: [{ type: "manual_email" }] });
  await expect(manualSequence(client(), sequenceId)).rejects.toMatchObject({ code: "not_manual" });
});

test("steps that change meanwhile are found out", async () => {
  const sequenceId = await sequence(["manual_email"]);
  const id = await contactId(client(), recipient);
  server.failNext({
    path: "/sequences",
    skip: 1,
    fault: {
      status: 200,
      body: { emailer_campaign: { id: sequenceId }, emailer_steps: [{ type: "auto_email" }] },
    },
  });
  await expect(
    enrolInSequence(client(), { sequenceId, emailAccountId: server.emailAccountId, contactId: id }),
  ).rejects.toMatchObject({
    code: "not_manual",
    message: expect.stringContaining("take the contact out") as string,
  });
});

test("a message that is no draft to this person alone is reported", async () => {
  const answer = (changes: object): void =>
    server.failNext({
      path: "/emailer_messages",
      skip: 1,
      fault: {
        status: 200,
        body: {
          emailer_message: {
            id: "m1",
            status: "drafted",
            recipients: [{ email: "ada@example.com" }],
            ...changes,
          },
        },
      },
    });
  answer({ status: "scheduled" });
  await expect(createApolloDraft(client(), draft)).rejects.toMatchObject({ code: "unexpected" });
  answer({ recipients: [{ email: "ada@example.com" }, { email: "spy@example.com" }] });
  await expect(createApolloDraft(client(), draft)).rejects.toMatchObject({ code: "unexpected" });
});

test("who unsubscribed in Apollo is not written to", async () => {
  server.failNext({
    path: "/contacts/search",
    fault: {
      status: 200,
      body: { contacts: [{ id: "c1", email: "ada@example.com", email_unsubscribed: true }] },
    },
  });
  await expect(createApolloDraft(client(), draft)).rejects.toMatchObject({ code: "refused" });
  expect(server.drafts).toEqual([]);
});

test.each<[string, { status: number; body: unknown; headers?: Record<string, string> }, object]>([
  [
    "too many requests",
    { status: 429, body: { message: "no" }, headers: { "retry-after": "7" } },
    { code: "rate_limited", retryable: true, retryAfterMs: 7000 },
  ],
  ["a server's error", { status: 503, body: "<html>" }, { code: "unreachable", retryable: true }],
  ["refused fields", { status: 422, body: { error: "no" } }, { code: "refused", retryable: false }],
  ["no JSON", { status: 200, body: "hello" }, { code: "unexpected" }],
  ["another answer", { status: 200, body: { contacts: "none" } }, { code: "unexpected" }],
  ["a huge answer", { status: 200, body: "x".repeat(5_000_000) }, { code: "unexpected" }],
])("%s: a typed error without the key", async (_, fault, expected) => {
  server.failNext({ path: "/contacts/search", fault });
  const failing = contactId(client(), recipient);
  await expect(failing).rejects.toMatchObject({ name: "DeliveryError", ...expected });
  await expect(failing).rejects.not.toMatchObject({ message: expect.stringContaining(apiKey) as string });
});

test("a key that is wrong or too small is refused with what to do", async () => {
  await expect(contactId(client("wrong"), recipient)).rejects.toMatchObject({ code: "refused" });
  await expect(contactId(client("small"), recipient)).rejects.toMatchObject({
    code: "refused",
    message: expect.stringContaining("master key") as string,
  });
  expect(() => apolloKey({})).toThrow(expect.objectContaining({ code: "no_key" }));
  expect(apolloKey({ APOLLO_API_KEY: apiKey })).toBe(apiKey);
});

test("an aborted signal ends it; silence is told as such", async () => {
  await expect(contactId(client(), recipient, AbortSignal.abort())).rejects.toMatchObject({
    name: "AbortError",
  });
  server.failNext({ path: "/contacts/search", fault: "hang-after" });
  const impatient = apolloClient({ baseUrl: server.baseUrl, apiKey, timeoutMs: 100 });
  await expect(contactId(impatient, recipient)).rejects.toMatchObject({
    code: "unreachable",
    retryable: true,
  });
});
