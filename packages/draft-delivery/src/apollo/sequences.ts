import { z } from "zod";
import { DeliveryError } from "../errors.ts";
import type { ApolloClient } from "./client.ts";

const step = z.object({ type: z.string().max(100) });
const sequence = z.object({
  emailer_campaign: z.object({
    id: z.string(),
    name: z.string().max(1_000).nullish(),
    active: z.boolean().nullish(),
    archived: z.boolean().nullish(),
    num_steps: z.number().nullish(),
  }),
  emailer_steps: z.array(step).max(200),
});
const added = z.object({
  contacts: z.array(z.object({ id: z.string() })).max(200),
  skipped_contact_ids: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).nullish(),
});

/** A sequence into which a contact may be put. */
export interface ManualSequence {
  readonly id: string;
  readonly steps: number;
  readonly active: boolean;
}

/**
 * The sequence, if every step of it is an e-mail that a person sends (`manual_email`). Whatever cannot be read counts as one
 * that sends by itself.
 *
 * @throws DeliveryError `not_manual`, and what `ApolloClient` throws
 */
export async function manualSequence(
  client: ApolloClient,
  sequenceId: string,
  signal?: AbortSignal,
): Promise<ManualSequence> {
  // Without a field the update changes nothing, and answers with the steps.
  const read = { method: "PUT", path: `/sequences/${sequenceId}`, body: {} };
  const { emailer_campaign: campaign, emailer_steps: steps } = await client.request(read, sequence, signal);
  const refuse = (why: string): DeliveryError =>
    new DeliveryError(`The sequence ${sequenceId} ${why}. Choose one whose steps are all manual e-mails.`, {
      code: "not_manual",
    });
  if (campaign.id !== sequenceId) throw refuse("was answered with another one");
  if (campaign.archived === true) throw refuse("is archived");
  if (steps.length === 0) throw refuse("has no step");
  if (campaign.num_steps != null && campaign.num_steps !== steps.length)
    throw refuse(`has ${campaign.num_steps} steps, of which ${steps.length} were shown`);
  const automatic = steps.findIndex(({ type }) => type !== "manual_email");
  if (automatic !== -1)
    throw refuse(
      `has step ${automatic + 1} of the kind ${JSON.stringify((steps[automatic]?.type ?? "").slice(0, 40))}`,
    );
  return { id: sequenceId, steps: steps.length, active: campaign.active === true };
}

/** Where a contact is to be enrolled. */
export interface ApolloEnrolment {
  readonly sequenceId: string;
  /** `outreach.apollo.emailAccountId`: the mailbox that the person will send from. */
  readonly emailAccountId: string;
  readonly contactId: string;
}

/**
 * Puts a contact into a sequence of manual steps: Apollo then makes a task for a person, with that sequence's own text. The steps
 * are looked at right before and right after.
 *
 * @throws DeliveryError `not_manual` (before: nothing was done; after: the message says to take the contact out again), `refused` when
 *   Apollo did not take the contact, and what `ApolloClient` throws
 */
export async function enrolInSequence(
  client: ApolloClient,
  enrolment: ApolloEnrolment,
  signal?: AbortSignal,
): Promise<ManualSequence> {
  const { sequenceId, contactId } = enrolment;
  await manualSequence(client, sequenceId, signal);
  const add = {
    method: "POST",
    path: `/emailer_campaigns/${sequenceId}/add_contact_ids`,
    parameters: {
      emailer_campaign_id: sequenceId,
      "contact_ids[]": contactId,
      send_email_from_email_account_id: enrolment.emailAccountId,
    },
  };
  const { contacts } = await client.request(add, added, signal);
  if (!contacts.some(({ id }) => id === contactId))
    throw new DeliveryError(
      `Apollo did not take the contact ${contactId} into the sequence ${sequenceId}; it may be in another one, or have no checked address. Look at it in Apollo.`,
      { code: "refused" },
    );
  try {
    return await manualSequence(client, sequenceId, signal);
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.code !== "not_manual") throw error;
    throw new DeliveryError(
      `${error.message} It was changed while the contact ${contactId} was put into it: take the contact out in Apollo now.`,
      { code: "not_manual", cause: error },
    );
  }
}
