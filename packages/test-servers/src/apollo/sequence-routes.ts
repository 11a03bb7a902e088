import { type ApiAnswer, type ApiRequest, numberOf, objectOf, textOf } from "../json-api/index.ts";
import type { ApolloSequence, ApolloStep } from "./apollo-data.ts";
import type { ApolloState } from "./apollo-state.ts";
import { notFound, paged } from "./contact-routes.ts";
import { listParameter, pageOf, parameter } from "./people-routes.ts";

/** POST /emailer_campaigns/search (reference/search-for-sequences). */
export function searchSequences(state: ApolloState, request: ApiRequest): ApiAnswer {
  const page = pageOf(request, 25);
  if (page === null) return { status: 422, body: { error: "Invalid parameters" } };
  const name = parameter(request, "q_name")?.toLowerCase() ?? "";
  const found = state.sequences.filter((one) => one.name.toLowerCase().includes(name)).map(sequenceBody);
  return { status: 200, body: paged("emailer_campaigns", found, page) };
}

/** POST /sequences (reference/create-sequence): inactive unless `active` is true. */
export function createSequence(state: ApolloState, request: ApiRequest): ApiAnswer {
  const body = objectOf(request.body);
  const sequence: ApolloSequence = {
    id: state.newId(),
    name: textOf(body["name"]) ?? "Untitled",
    active: body["active"] === true,
    steps: stepsOf(state, body["emailer_steps"]),
    contactIds: [],
  };
  state.sequences.push(sequence);
  return { status: 200, body: fullBody(sequence) };
}

/** PUT /sequences/{id} (reference/update-sequence). */
export function updateSequence(state: ApolloState, id: string, request: ApiRequest): ApiAnswer {
  const sequence = state.sequences.find((one) => one.id === id);
  if (sequence === undefined) return notFound();
  const body = objectOf(request.body);
  sequence.name = textOf(body["name"]) ?? sequence.name;
  if (typeof body["active"] === "boolean") sequence.active = body["active"];
  if (Array.isArray(body["emailer_steps"])) sequence.steps = stepsOf(state, body["emailer_steps"]);
  return { status: 200, body: fullBody(sequence) };
}

/** POST /emailer_campaigns/{id}/approve (reference/activate-sequence). The caller has recorded the violation. */
export function activateSequence(state: ApolloState, id: string): ApiAnswer {
  const sequence = state.sequences.find((one) => one.id === id);
  if (sequence === undefined) return notFound();
  if (sequence.active) return { status: 422, body: { error: "The sequence is already active." } };
  sequence.active = true;
  return { status: 200, body: fullBody(sequence) };
}

/** POST /emailer_campaigns/{id}/add_contact_ids (reference/add-contacts-to-sequence). */
export function addContacts(state: ApolloState, id: string, request: ApiRequest): ApiAnswer {
  const sequence = state.sequences.find((one) => one.id === id);
  if (sequence === undefined) return notFound();
  const ids = listParameter(request, "contact_ids");
  if (ids.length === 0)
    return { status: 422, body: { error: "Please specify either contact_ids or label_names." } };
  if (
    parameter(request, "emailer_campaign_id") !== id ||
    parameter(request, "send_email_from_email_account_id") === null
  )
    return { status: 422, body: { error: "Parameters misconfigured. An email account is needed." } };
  const known = state.contacts.filter((contact) => ids.includes(contact.id));
  for (const contact of known)
    if (!sequence.contactIds.includes(contact.id)) sequence.contactIds.push(contact.id);
  const skipped = ids.filter((one) => !known.some((contact) => contact.id === one));
  return {
    status: 200,
    body: {
      contacts: known.map((contact) => ({ ...contact, emailer_campaign_ids: [id] })),
      emailer_campaign: sequenceBody(sequence),
      skipped_contact_ids: skipped,
    },
  };
}

/** Whether this sequence would send by itself as soon as a contact is in it. */
export function sendsByItself(sequence: ApolloSequence): boolean {
  return (
    sequence.active &&
    sequence.steps.some(
      ({ type, touches }) => type === "auto_email" && touches.some(({ status }) => status === "approved"),
    )
  );
}

function stepsOf(state: ApolloState, given: unknown): ApolloStep[] {
  if (!Array.isArray(given)) return [];
  return given.map(objectOf).map((step) => ({
    id: state.newId(),
    type: textOf(step["type"]) ?? "auto_email",
    waitTime: numberOf(step["wait_time"], 0),
    waitMode: textOf(step["wait_mode"]) ?? "day",
    touches: (Array.isArray(step["emailer_touches"]) ? step["emailer_touches"].map(objectOf) : []).map(
      (touch) => {
        const template = objectOf(touch["emailer_template"]);
        return {
          id: state.newId(),
          status: textOf(touch["status"]) ?? "to_be_reviewed",
          subject: textOf(template["subject"]) ?? "",
          bodyHtml: textOf(template["body_html"]) ?? "",
        };
      },
    ),
  }));
}

function sequenceBody(sequence: ApolloSequence): object {
  return {
    id: sequence.id,
    name: sequence.name,
    active: sequence.active,
    archived: false,
    num_steps: sequence.steps.length,
  };
}

function fullBody(sequence: ApolloSequence): object {
  return {
    emailer_campaign: sequenceBody(sequence),
    emailer_steps: sequence.steps.map(({ id, type, waitTime, waitMode }, index) => ({
      id,
      emailer_campaign_id: sequence.id,
      position: index + 1,
      type,
      wait_time: waitTime,
      wait_mode: waitMode,
    })),
    emailer_touches: sequence.steps.flatMap(({ id, touches }) =>
      touches.map((touch) => ({ id: touch.id, emailer_step_id: id, status: touch.status })),
    ),
  };
}
