import { openDraftMailbox } from "@universe-optimize/draft-delivery/imap";
import { startImap, type TestImap } from "@universe-optimize/test-servers/imap";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mail } from "./mails.ts";

let server: TestImap;
beforeAll(async () => {
  server = await startImap();
}, 60_000);
afterAll(async () => {
  await server.stop();
});

const slow = { timeout: 60_000 };
const options = (): Parameters<typeof openDraftMailbox>[0] => ({
  host: server.host,
  port: server.tlsPort,
  user: server.username,
  password: server.password,
  ca: server.ca,
});

test("a draft is laid down once, as a draft", slow, async () => {
  const draft = await mail();
  {
    await using mailbox = await openDraftMailbox(options());
    expect(mailbox.mailbox).toBe("Drafts");
    expect(await mailbox.put(draft)).toEqual({ kind: "appended", mailbox: "Drafts", uid: 1 });
    expect(await mailbox.put(draft)).toEqual({ kind: "present", mailbox: "Drafts", uid: 1 });
  }
  await using again = await openDraftMailbox({ ...options(), port: server.port, secure: false });
  expect(await again.put(draft)).toEqual({ kind: "present", mailbox: "Drafts", uid: 1 });
  const messages = await server.messages("Drafts");
  expect(messages.map(({ flags }) => flags)).toEqual(["DS"]);
  expect(messages[0]?.text.replaceAll("\r\n", "\n")).toBe(draft.eml.replaceAll("\r\n", "\n"));
  expect(await server.messages("Sent")).toEqual([]);
});

test("another draft is another message, also when its name begins alike", slow, async () => {
  await using mailbox = await openDraftMailbox(options());
  const before = (await server.messages("Drafts")).length;
  const long = await mail({ draftId: "spring/project-10/email_1", body: "Ten\n" });
  const short = await mail({ draftId: "spring/project-1", body: "One\n" });
  expect((await mailbox.put(long)).kind).toBe("appended");
  expect((await mailbox.put(short)).kind).toBe("appended");
  expect(await server.messages("Drafts")).toHaveLength(before + 2);
});

test("an earlier version is left for a person to remove", slow, async () => {
  await using mailbox = await openDraftMailbox(options());
  const draftId = "spring/project-002/email_1_proof";
  await mailbox.put(await mail({ draftId, body: "Old\n" }));
  const before = await server.messages("Drafts");
  await expect(mailbox.put(await mail({ draftId, body: "New\n" }))).rejects.toMatchObject({
    code: "other_version",
    retryable: false,
    message: expect.stringMatching(/UID \d+.*Remove it there and push again/) as string,
  });
  expect(await server.messages("Drafts")).toEqual(before);
});

test("what was sent is not laid down again", slow, async () => {
  const sent = await mail({ draftId: "spring/project-003/email_1_proof" });
  {
    // A mail program moves what it sends: here the sent folder is told to be the one for drafts.
    await using asDrafts = await openDraftMailbox({ ...options(), mailbox: "Sent" });
    expect((await asDrafts.put(sent)).kind).toBe("appended");
  }
  await using mailbox = await openDraftMailbox(options());
  expect(await mailbox.put(sent)).toMatchObject({ kind: "sent", mailbox: "Sent" });
});

test.each<[string, () => Partial<Parameters<typeof openDraftMailbox>[0]>, string]>([
  ["a wrong password", () => ({ password: "wrong" }), "refused"],
  ["a certificate that nobody vouches for", () => ({ ca: "" }), "insecure"],
  ["a folder that is not there", () => ({ mailbox: "Entwurf" }), "no_mailbox"],
  ["a port where nobody listens", () => ({ port: 1 }), "unreachable"],
])("%s: a typed error without the password", slow, async (_, changes, code) => {
  const failing = openDraftMailbox({ ...options(), ...changes(), timeoutMs: 5_000 });
  await expect(failing).rejects.toMatchObject({
    name: "DeliveryError",
    code,
    retryable: code === "unreachable",
  });
  await expect(failing).rejects.not.toMatchObject({
    message: expect.stringContaining(server.password) as string,
  });
});

test("without STARTTLS nobody logs in", slow, async () => {
  await using plain = await startImap({ tls: false });
  await expect(
    openDraftMailbox({
      ...options(),
      port: plain.port,
      password: plain.password,
      secure: false,
      timeoutMs: 5_000,
    }),
  ).rejects.toMatchObject({ code: "insecure" });
});

test("a folder without the server's mark is found by its name, or by the setting", slow, async () => {
  await using unmarked = await startImap({ specialUse: false, drafts: "Werkstatt" });
  const account = { ...options(), port: unmarked.tlsPort, password: unmarked.password, ca: unmarked.ca };
  await expect(openDraftMailbox(account)).rejects.toMatchObject({
    code: "no_mailbox",
    message: expect.stringContaining("Werkstatt") as string,
  });
  await using mailbox = await openDraftMailbox({ ...account, mailbox: "Werkstatt" });
  expect(await mailbox.put(await mail())).toMatchObject({ kind: "appended", mailbox: "Werkstatt" });
});

test("an aborted signal ends it", slow, async () => {
  await expect(openDraftMailbox(options(), { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: "AbortError",
  });
  await using mailbox = await openDraftMailbox(options());
  await expect(mailbox.put(await mail(), { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: "AbortError",
  });
});

test("a connection that ends is told as such", slow, async () => {
  const other = await startImap();
  await using mailbox = await openDraftMailbox({
    ...options(),
    port: other.tlsPort,
    password: other.password,
    ca: other.ca,
  });
  await other.stop();
  await expect(mailbox.put(await mail())).rejects.toMatchObject({ code: "unreachable", retryable: true });
});
