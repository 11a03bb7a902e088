import PostalMime, { type Email } from "postal-mime";
import { TemplateError } from "../template-error.ts";

/** What a message must say when it is read back. */
export interface EmlExpectation {
  /** For errors. */
  readonly file: string;
  readonly to: { readonly name: string | null; readonly address: string };
  readonly from: { readonly name: string | null; readonly address: string } | null;
  readonly subject: string;
  readonly text: string;
  readonly draftId: string;
  /** Without angle brackets, as the others. */
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
}

const always = [
  "content-type",
  "date",
  "message-id",
  "mime-version",
  "subject",
  "to",
  "x-universe-draft",
  "x-unsent",
];

/**
 * Reads a message as a mail program does and compares it with what it should be: one recipient, subject, text, thread, no
 * header beyond those, no attachment, no address that was not meant.
 *
 * @throws TemplateError `not_as_intended` with everything that differs
 */
export async function checkEml(eml: string, expected: EmlExpectation): Promise<void> {
  const differences = differencesOf(await PostalMime.parse(eml), eml, expected);
  if (differences.length === 0) return;
  throw new TemplateError(
    `the message is not as intended: ${differences.join("; ")}. Nothing was written. Look for unusual characters in the recipient, subject and body.`,
    { code: "not_as_intended", file: expected.file },
  );
}

function differencesOf(mail: Email, eml: string, expected: EmlExpectation): string[] {
  const differences: string[] = [];
  const compare = (what: string, found: unknown, wanted: unknown): void => {
    if (JSON.stringify(found ?? null) !== JSON.stringify(wanted ?? null)) differences.push(`${what} differs`);
  };
  const allowed = [
    ...always,
    ...(expected.from === null ? [] : ["from"]),
    ...(expected.inReplyTo === null ? [] : ["in-reply-to"]),
    ...(expected.references.length === 0 ? [] : ["references"]),
  ].toSorted();
  compare("the set of headers", mail.headers.map((header) => header.key.toLowerCase()).toSorted(), allowed);
  const recipients = [...(mail.to ?? []), ...(mail.cc ?? []), ...(mail.bcc ?? [])].map(asPair);
  compare("the recipient", recipients, [[expected.to.name ?? "", expected.to.address]]);
  compare(
    "the sender",
    mail.from === undefined ? null : asPair(mail.from),
    expected.from === null ? null : [expected.from.name ?? "", expected.from.address],
  );
  compare("the subject", mail.subject, expected.subject);
  compare("the text", mail.text?.replaceAll("\r\n", "\n").trimEnd(), expected.text.trimEnd());
  compare("the Message-ID", mail.messageId, `<${expected.messageId}>`);
  compare("In-Reply-To", mail.inReplyTo, expected.inReplyTo === null ? null : `<${expected.inReplyTo}>`);
  compare(
    "References",
    mail.references,
    expected.references.length === 0 ? null : expected.references.map((id) => `<${id}>`).join(" "),
  );
  compare("X-Unsent", headerOf(mail, "x-unsent"), "1");
  compare("X-Universe-Draft", headerOf(mail, "x-universe-draft"), expected.draftId);
  compare("the number of attachments", mail.attachments.length, 0);
  if (/<(?:script|img|iframe|object|form|link|style|base)\b/i.test(mail.html ?? ""))
    differences.push("the HTML has a tag that is not its own");
  // Lone CR or LF is read differently by different programs; so is anything that is not ASCII.
  if (/[^\r\n\t\x20-\x7e]|(?<!\r)\n|\r(?!\n)/.test(eml))
    differences.push("there is a bare line break or a byte that is not ASCII");
  return differences;
}

function asPair(mailbox: { readonly name: string; readonly address?: string | undefined }): [string, string] {
  return [mailbox.name, mailbox.address ?? ""];
}

function headerOf(mail: Email, key: string): string | undefined {
  return mail.headers.find((header) => header.key.toLowerCase() === key)?.value;
}
