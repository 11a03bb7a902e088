import { type ApiAnswer, type ApiRequest, objectOf, textOf, textsOf } from "../json-api/index.ts";
import type { ApolloContact } from "./apollo-data.ts";
import type { ApolloState } from "./apollo-state.ts";
import { pageOf, parameter } from "./people-routes.ts";

/** POST /contacts (reference/create-a-contact). Without `run_dedupe` the same person is made twice, as there. */
export function createContact(state: ApolloState, request: ApiRequest): ApiAnswer {
  const body = objectOf(request.body);
  const email = textOf(body["email"]);
  const known = state.contacts.find((contact) => email !== null && contact.email === email);
  if (body["run_dedupe"] === true && known !== undefined) return { status: 200, body: { contact: known } };
  const firstName = textOf(body["first_name"]) ?? "";
  const lastName = textOf(body["last_name"]) ?? "";
  if (`${firstName}${lastName}${email ?? ""}` === "")
    return { status: 422, body: { error: "Parameters misconfigured. A contact needs a name or an email." } };
  const contact: ApolloContact = {
    id: state.newId(),
    first_name: firstName,
    last_name: lastName,
    name: `${firstName} ${lastName}`.trim(),
    email,
    title: textOf(body["title"]),
    organization_name: textOf(body["organization_name"]),
    label_names: textsOf(body["label_names"]),
    source: "api",
    emailer_campaign_ids: [],
    created_at: new Date().toISOString(),
  };
  state.contacts.push(contact);
  return { status: 200, body: { contact } };
}

/** PATCH /contacts/{id} (reference/update-a-contact). */
export function updateContact(state: ApolloState, id: string, request: ApiRequest): ApiAnswer {
  const index = state.contacts.findIndex((contact) => contact.id === id);
  const contact = state.contacts[index];
  if (contact === undefined) return notFound();
  const body = objectOf(request.body);
  const updated: ApolloContact = {
    ...contact,
    title: textOf(body["title"]) ?? contact.title,
    email: textOf(body["email"]) ?? contact.email,
    organization_name: textOf(body["organization_name"]) ?? contact.organization_name,
    label_names: Array.isArray(body["label_names"]) ? textsOf(body["label_names"]) : contact.label_names,
  };
  state.contacts[index] = updated;
  return { status: 200, body: { contact: updated } };
}

export function viewContact(state: ApolloState, id: string): ApiAnswer {
  const contact = state.contacts.find((one) => one.id === id);
  return contact === undefined ? notFound() : { status: 200, body: { contact } };
}

/** POST /contacts/search (reference/search-for-contacts): only what the account holds already. */
export function searchContacts(state: ApolloState, request: ApiRequest): ApiAnswer {
  const page = pageOf(request, 25);
  if (page === null) return { status: 422, body: { error: "Invalid parameters" } };
  const words = parameter(request, "q_keywords")?.toLowerCase() ?? "";
  const found = state.contacts.filter((contact) =>
    [contact.name, contact.email, contact.title, contact.organization_name].some((text) =>
      text?.toLowerCase().includes(words),
    ),
  );
  return { status: 200, body: paged("contacts", found, page) };
}

/** A page of a list with Apollo's `pagination`. */
export function paged(
  name: string,
  all: readonly unknown[],
  { page, perPage }: { readonly page: number; readonly perPage: number },
): object {
  return {
    pagination: {
      page,
      per_page: perPage,
      total_entries: all.length,
      total_pages: Math.ceil(all.length / perPage),
    },
    [name]: all.slice((page - 1) * perPage, page * perPage),
  };
}

export function notFound(): ApiAnswer {
  return { status: 404, body: { error: "Record not found." } };
}
