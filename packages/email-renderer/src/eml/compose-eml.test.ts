import fc from "fast-check";
import PostalMime from "postal-mime";
import { expect, test } from "vitest";
import { TemplateError } from "../template-error.ts";
import { checkEml } from "./check-eml.ts";
import { composeEml, type EmlIntent } from "./compose-eml.ts";
import { threadedEmail } from "./threading.ts";

const intent: EmlIntent = {
  file: "email_1_proof.md",
  to: { name: "Ada Example", address: "ada@example.com" },
  from: { name: "Sam Example", address: "sam@example.org" },
  subject: "I created 12 commits",
  body: "Hi Ada,\n\nsee https://example.com/a=b\n",
  date: new Date("2026-03-01T12:00:00Z"),
  draftId: "spring/project-001/email_1_proof",
  inReplyTo: null,
};

test("the same intent gives the same bytes", async () => {
  const one = await composeEml(intent);
  expect(await composeEml({ ...intent })).toEqual(one);
  expect(one.eml).toMatchInlineSnapshot(`
    "X-Unsent: 1
    X-Universe-Draft: spring/project-001/email_1_proof
    From: Sam Example <sam@example.org>
    To: Ada Example <ada@example.com>
    Subject: I created 12 commits
    Message-ID: <universe.45906a4ea44f3c1cb0f9fbf6e09d690a@example.org>
    Date: Sun, 01 Mar 2026 12:00:00 +0000
    MIME-Version: 1.0
    Content-Type: multipart/alternative;
     boundary="--_NmP-45906a4ea44f3c1cb0f9fbf6e09d690a-Part_1"

    ----_NmP-45906a4ea44f3c1cb0f9fbf6e09d690a-Part_1
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    Hi Ada,

    see https://example.com/a=3Db

    ----_NmP-45906a4ea44f3c1cb0f9fbf6e09d690a-Part_1
    Content-Type: text/html; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    <!doctype html>
    <html><head><meta charset=3D"utf-8"></head><body>
    <p>Hi Ada,</p>
    <p>see <a href=3D"https://example.com/a=3Db">https://example=
    .com/a=3Db</a></p>
    </body></html>

    ----_NmP-45906a4ea44f3c1cb0f9fbf6e09d690a-Part_1--
    "
  `);
  expect((await composeEml({ ...intent, body: "Hi\n" })).messageId).not.toBe(one.messageId);
});

test("a follow-up is threaded", async () => {
  const { eml } = await composeEml({
    ...intent,
    subject: "Re: I created 12 commits",
    inReplyTo: "<second@example.org>",
    references: ["first@example.org", "second@example.org"],
  });
  const mail = await PostalMime.parse(eml);
  expect([mail.subject, mail.inReplyTo, mail.references]).toEqual([
    "Re: I created 12 commits",
    "<second@example.org>",
    "<first@example.org> <second@example.org>",
  ]);
});

test("'Re:' without a mail that it answers is refused, and taken away by threadedEmail", async () => {
  for (const subject of ["Re: hello", "RE[2]: hello", "Fwd: Re: hello", "AW: hello", "re：hello"]) {
    await expect(composeEml({ ...intent, subject })).rejects.toMatchObject({ code: "invalid_header" });
    expect(threadedEmail({ subject, body: "b\n" }, null)).toEqual({ subject: "hello", body: "b\n" });
    expect(threadedEmail({ subject, body: "b\n" }, "a@b").subject).toBe(subject);
  }
  expect(threadedEmail({ subject: "Regarding: x", body: "b\n" }, null).subject).toBe("Regarding: x");
});

test("without a sender's address the mail program fills in its own", async () => {
  const { eml, messageId } = await composeEml({ ...intent, from: { name: "Sam", address: null } });
  expect(eml).not.toMatch(/^From:/m);
  expect(messageId).toMatch(/@drafts\.invalid$/);
});

test.each<[string, Partial<EmlIntent>, string]>([
  ["two recipients", { to: { name: null, address: "a@example.com, b@example.com" } }, "invalid_address"],
  [
    "a header in the recipient",
    { to: { name: null, address: "a@example.com\r\nBcc: b@example.com" } },
    "invalid_address",
  ],
  ["a sender that is none", { from: { name: null, address: "sam" } }, "invalid_address"],
  ["an empty subject", { subject: "\u200b \r\n" }, "invalid_header"],
  ["a long subject", { subject: "s".repeat(999) }, "limit"],
  ["a long body", { body: "b".repeat(300_000) }, "limit"],
  ["a header in the draft's name", { draftId: "a\r\nBcc: b@example.com" }, "invalid_header"],
  ["a header in the Message-ID", { inReplyTo: "a@b>\r\nBcc: <b@example.com" }, "invalid_header"],
  ["a header in the references", { references: ["a@b\nBcc: b@example.com"] }, "invalid_header"],
  ["no date", { date: new Date("x") }, "invalid_header"],
])("%s is refused", async (_, changes, code) => {
  await expect(composeEml({ ...intent, ...changes })).rejects.toMatchObject({
    code,
    file: "email_1_proof.md",
  });
});

test("a message that is not as intended is found out", async () => {
  const { eml, messageId, text } = await composeEml(intent);
  const expected = {
    file: "e.md",
    to: { name: "Ada Example", address: "ada@example.com" },
    from: { name: "Sam Example", address: "sam@example.org" },
    subject: intent.subject,
    text,
    draftId: intent.draftId,
    messageId,
    inReplyTo: null,
    references: [],
  };
  await checkEml(eml, expected);
  for (const changed of [
    eml.replace("X-Unsent: 1\r\n", ""),
    eml.replace("X-Unsent: 1\r\n", "X-Unsent: 1\r\nBcc: spy@example.com\r\n"),
    eml.replace("X-Unsent: 1\r\n", "X-Unsent: 1\r\nReply-To: spy@example.com\r\n"),
    eml.replace("ada@example.com", "ada@example.com, spy@example.com"),
    eml.replace("12 commits", "13 commits"),
    eml.replace("Hi Ada", "Hi Bob"),
    eml.replace("<p>Hi Ada", "<img src=3Dx><p>Hi Ada"),
    eml.replace("X-Unsent: 1\r\n", "X-Unsent: 1\n"),
  ]) {
    expect(changed).not.toBe(eml);
    await expect(checkEml(changed, expected)).rejects.toMatchObject({ code: "not_as_intended" });
  }
});

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        "\r\nBcc: spy@example.com\r\n",
        "\n\n--_NmP-x-Part_1--\n",
        "=?utf-8?Q?=0D=0ABcc:_x?=",
        "<script>",
        "{{ x }}",
        "\u001b]0;x\u0007",
        "\u2028",
        "\u202e",
        "=3D",
        "\n.\n",
        "\nFrom x",
        " \t \n",
        "ada@example.com",
        '"',
        "\\",
        "é".repeat(90),
        "word ".repeat(30),
      ),
      { maxLength: 6 },
    )
    .map((pieces) => pieces.join("")),
);

test("whatever the strings: refused, or one recipient, one subject, the text, and no further header", async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, hostile, async (name, sender, subject, body) => {
      try {
        // composeEml reads the message back and throws `not_as_intended` when anything differs.
        const { eml } = await composeEml({
          ...intent,
          to: { name, address: "ada@example.com" },
          from: { name: sender, address: "sam@example.org" },
          subject: `About ${subject}`,
          body: `Hi\n${body}`,
        });
        const mail = await PostalMime.parse(eml);
        expect(mail.to).toHaveLength(1);
        expect(mail.headers).toHaveLength(9);
        expect(mail.html).not.toMatch(/<script|<img/i);
        made += 1;
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        expect(error.code).toBe("limit");
      }
    }),
    { numRuns: 300 },
  );
  expect(made).toBeGreaterThan(250);
});
