import { headerText, markdownHtml, plainAddress } from "@universe-optimize/email-renderer";
import { z } from "zod";
import { DeliveryError } from "../errors.ts";
import type { ApolloClient } from "./client.ts";
import { type ApolloRecipient, contactId } from "./contacts.ts";

/** A draft for Apollo. */
export interface ApolloDraft {
  readonly recipient: ApolloRecipient;
  readonly subject: string;
  /** Markdown, footer included. */
  readonly body: string;
  /** Apollo's id of the sent mail that this one answers; null: none. */
  readonly inResponseTo?: string | null;
}

/**
 * - `created`: it lies there as a draft of that contact
 * - `present`: the same draft lay there already
 * - `sent`: it was sent or scheduled there already, by a person; nothing was done
 */
export interface ApolloPlacement {
  readonly kind: "created" | "present" | "sent";
  readonly messageId: string;
  readonly contactId: string;
}

const message = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  status: z.string().max(100).nullish(),
  contact_id: z.string().nullish(),
  subject: z.string().nullish(),
  body_html: z.string().nullish(),
  to_email: z.string().nullish(),
  recipients: z
    .array(z.object({ email: z.string().nullish(), recipient_type_cd: z.string().nullish() }))
    .nullish(),
});
const page = z.object({ emailer_messages: z.array(message).max(200) });
const made = z.object({ emailer_message: message });

/**
 * Lays a draft into Apollo, linked to its contact, once: it looks for the same contact and subject first. Nobody is tracked. What came of it is
 * read back: a draft, to this one address.
 *
 * @throws DeliveryError `other_version` when a draft of the same subject with another text lies there, `unexpected` when Apollo made
 *   something other than that draft, and what `ApolloClient` throws
 */
export async function createApolloDraft(
  client: ApolloClient,
  draft: ApolloDraft,
  signal?: AbortSignal,
): Promise<ApolloPlacement> {
  const email = plainAddress(draft.recipient.email, "Apollo draft").toLowerCase();
  const subject = headerText(draft.subject);
  const html = markdownHtml(draft.body);
  const contact = await contactId(client, draft.recipient, signal);
  const there = await sameSubject(client, contact, subject, signal);
  const [sent] = there.filter((one) => one.status !== "drafted");
  if (sent !== undefined) return { kind: "sent", messageId: sent.id, contactId: contact };
  const [known] = there;
  if (known !== undefined) {
    if (wordsOf(known.body_html ?? "") === wordsOf(html))
      return { kind: "present", messageId: known.id, contactId: contact };
    throw new DeliveryError(
      `Apollo holds an earlier draft with this subject for ${email} (${known.id}), which somebody may have changed. Delete it there and push again.`,
      { code: "other_version" },
    );
  }
  const create = {
    method: "POST",
    path: "/emailer_messages",
    body: {
      contact_id: contact,
      subject,
      body_html: html,
      recipients: [{ email, contact_id: contact, recipient_type_cd: "to" }],
      enable_tracking: false,
      ...(draft.inResponseTo == null ? {} : { in_response_to_emailer_message_id: draft.inResponseTo }),
    },
  };
  const { emailer_message: created } = await client.request(create, made, signal);
  const to = created.recipients?.map((one) => one.email?.toLowerCase()) ?? [created.to_email?.toLowerCase()];
  if (created.status !== "drafted" || to.length !== 1 || to[0] !== email) {
    throw new DeliveryError(
      `Apollo made message ${created.id}, which is not a draft to ${email} alone. Look at it in Apollo now.`,
      { code: "unexpected" },
    );
  }
  return { kind: "created", messageId: created.id, contactId: contact };
}

async function sameSubject(
  client: ApolloClient,
  contact: string,
  subject: string,
  signal?: AbortSignal,
): Promise<z.infer<typeof message>[]> {
  const search = {
    method: "GET",
    path: "/emailer_messages/search",
    parameters: { q_keywords: subject, per_page: "100" },
  };
  const { emailer_messages: found } = await client.request(search, page, signal);
  return found.filter((one) => one.contact_id === contact && one.subject?.trim() === subject);
}

/** What a reader sees: Apollo cleans the HTML that it is given. */
function wordsOf(html: string): string {
  return html
    .replace(/<[^<>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
