import { plainAddress } from "@universe-optimize/email-renderer";
import { z } from "zod";
import { DeliveryError } from "../errors.ts";
import type { ApolloClient } from "./client.ts";

/** The person whom a draft addresses. */
export interface ApolloRecipient {
  readonly name: string;
  readonly email: string;
  readonly title: string | null;
  readonly company: string | null;
}

const contact = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  email: z.string().nullish(),
  email_unsubscribed: z.boolean().nullish(),
});
const page = z.object({ contacts: z.array(contact).max(200) });
const made = z.object({ contact });

/**
 * The contact's id in Apollo: the one that has this address, or a new one.
 *
 * @throws DeliveryError `refused` when the person has unsubscribed there; TemplateError `invalid_address`
 */
export async function contactId(
  client: ApolloClient,
  recipient: ApolloRecipient,
  signal?: AbortSignal,
): Promise<string> {
  const email = plainAddress(recipient.email, "Apollo contact").toLowerCase();
  const search = { method: "POST", path: "/contacts/search", body: { q_keywords: email, per_page: 100 } };
  const found = (await client.request(search, page, signal)).contacts.filter(
    (one) => one.email?.trim().toLowerCase() === email,
  );
  if (found.some((one) => one.email_unsubscribed === true))
    throw new DeliveryError(
      `${email} has unsubscribed in Apollo. Record it with 'uo suppress ${email}'; nothing is drafted.`,
      { code: "refused" },
    );
  const [known] = found;
  if (known !== undefined) return known.id;
  const [firstName = "", ...others] = recipient.name
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .split(/\s+/);
  const create = {
    method: "POST",
    path: "/contacts",
    body: {
      first_name: firstName.slice(0, 100),
      last_name: others.join(" ").slice(0, 100),
      email,
      title: recipient.title?.slice(0, 200) ?? "",
      organization_name: recipient.company?.slice(0, 200) ?? "",
      run_dedupe: true,
    },
  };
  return (await client.request(create, made, signal)).contact.id;
}
