import { createHash } from "node:crypto";
import MailComposer from "nodemailer/lib/mail-composer";
import { normaliseBody } from "../clean-text.ts";
import { emailLimits } from "../limits.ts";
import { TemplateError } from "../template-error.ts";
import { checkEml } from "./check-eml.ts";
import { displayName, headerText, messageIdText, plainAddress } from "./header-text.ts";
import { markdownHtml } from "./markdown-html.ts";
import { isReplySubject } from "./threading.ts";

/** What a message is to be. */
export interface EmlIntent {
  /** The draft's file, for errors. */
  readonly file: string;
  readonly to: { readonly name: string | null; readonly address: string };
  /** null, or without an address: the mail program fills in its own account. */
  readonly from: { readonly name: string | null; readonly address: string | null } | null;
  readonly subject: string;
  /** Markdown, footer included. */
  readonly body: string;
  readonly date: Date;
  /** Names this draft for good, in the header X-Universe-Draft: 1-200 characters of `A-Za-z0-9._:/-`. */
  readonly draftId: string;
  /** Message-ID of the mail that it answers; null: none. */
  readonly inReplyTo: string | null;
  /** Message-IDs of the thread before that, the oldest first. */
  readonly references?: readonly string[];
}

/** A message as a file. */
export interface ComposedEml {
  /** RFC 5322 with CRLF; ASCII. */
  readonly eml: string;
  /** Without angle brackets. The same intent gives the same one. */
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * Makes a message with a text and an HTML part that no program takes for a sent one (`X-Unsent: 1`), reads it back and compares
 * it with what was asked for. The same intent gives the same bytes.
 *
 * @throws TemplateError `invalid_address`, `invalid_header` (also for 'Re:' on a mail that answers none: see `threadedEmail`),
 *   `limit`, `not_as_intended`
 */
export async function composeEml(intent: EmlIntent): Promise<ComposedEml> {
  const { file } = intent;
  const invalid = (message: string): TemplateError =>
    new TemplateError(message, { code: "invalid_header", file });
  const to = plainAddress(intent.to.address, file);
  const fromAddress = intent.from?.address == null ? null : plainAddress(intent.from.address, file, "sender");
  const subject = headerText(intent.subject);
  if (subject === "") throw invalid("the subject is empty. Write one.");
  if (subject.length > emailLimits.subjectChars || intent.body.length > emailLimits.bodyChars)
    throw new TemplateError("the subject or body is too long for a mail. Shorten it.", {
      code: "limit",
      file,
    });
  if (intent.inReplyTo === null && isReplySubject(subject))
    throw invalid(
      "the subject says 'Re:', but the mail answers none. Remove it, or record the first mail's Message-ID.",
    );
  if (!/^[A-Za-z0-9._:/-]{1,200}$/.test(intent.draftId))
    throw invalid("the draft's name may have letters, digits and . _ : / - only, at most 200.");
  if (Number.isNaN(intent.date.getTime())) throw invalid("the date is not one.");
  const inReplyTo = intent.inReplyTo === null ? null : messageIdText(intent.inReplyTo, file);
  const references = (intent.references ?? []).map((id) => messageIdText(id, file));
  if (inReplyTo !== null && !references.includes(inReplyTo)) references.push(inReplyTo);

  const text = normaliseBody(intent.body);
  const key = createHash("sha256")
    .update(JSON.stringify([intent.draftId, to, subject, text]))
    .digest("hex")
    .slice(0, 32);
  const messageId = `universe.${key}@${fromAddress?.split("@")[1] ?? "drafts.invalid"}`;
  const html = markdownHtml(text);
  const toName = displayName(intent.to.name);
  const fromName = displayName(intent.from?.name ?? null);
  const message = new MailComposer({
    to: { name: toName ?? "", address: to },
    ...(fromAddress === null ? {} : { from: { name: fromName ?? "", address: fromAddress } }),
    subject,
    text,
    html: `<!doctype html>\n<html><head><meta charset="utf-8"></head><body>\n${html}</body></html>\n`,
    date: intent.date,
    messageId: `<${messageId}>`,
    ...(inReplyTo === null ? {} : { inReplyTo: `<${inReplyTo}>` }),
    ...(references.length === 0 ? {} : { references: references.map((id) => `<${id}>`) }),
    headers: { "X-Unsent": "1", "X-Universe-Draft": intent.draftId },
    // Not flowed and not long: each line of the text is a line for the reader, whatever program shows it.
    encoding: "quoted-printable",
    baseBoundary: key,
    newline: "win",
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const eml = (await message.build()).toString("latin1");
  await checkEml(eml, {
    file,
    to: { name: toName, address: to },
    from: fromAddress === null ? null : { name: fromName, address: fromAddress },
    subject,
    text,
    draftId: intent.draftId,
    messageId,
    inReplyTo,
    references,
  });
  return { eml, messageId, subject, text, html };
}
