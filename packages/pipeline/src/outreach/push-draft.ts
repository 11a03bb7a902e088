import type { DraftMailbox } from "@universe-optimize/draft-delivery/imap";
import type { ApolloClient } from "@universe-optimize/draft-delivery/apollo";
import type { Project } from "@universe-optimize/project-list";
import type { Secrets } from "../campaign/secrets.ts";
import { PipelineError } from "../errors.ts";
import { composeDraft } from "./compose-draft.ts";
import type { DraftMail, OutreachServices } from "./draft-mail.ts";
import { noteDelivery } from "./export-draft.ts";

/** Where approved mails are laid for a person to send them. Nothing here can send. */
export interface DraftPlace extends AsyncDisposable {
  /** Lays one mail there, once. Returns what became of it, for a person. */
  put(project: Project, mail: DraftMail, signal: AbortSignal): Promise<string>;
}

/**
 * The place that `--to` names, opened.
 *
 * @throws DeliveryError `no_password`, `no_key`, `unreachable` …; PipelineError `not_now` where nothing is configured
 */
export async function openDraftPlace(
  services: OutreachServices & { readonly secrets: Secrets },
  place: "imap" | "apollo",
  signal: AbortSignal,
): Promise<DraftPlace> {
  return place === "imap" ? await openImap(services, signal) : await openApollo(services);
}

async function openImap(
  services: OutreachServices & { readonly secrets: Secrets },
  signal: AbortSignal,
): Promise<DraftPlace> {
  const { imap } = services.config.outreach;
  if (imap === null)
    throw new PipelineError(
      "not_now",
      "No mailbox is configured: set outreach.imap (host, user) in universe.config.json.",
    );
  const { imapPassword, openDraftMailbox } = await import("@universe-optimize/draft-delivery/imap");
  const password = imapPassword({ IMAP_PASSWORD: services.secrets.get("IMAP_PASSWORD") ?? undefined });
  const mailbox: DraftMailbox = await openDraftMailbox({ ...imap, password }, { signal });
  return {
    async put(project, mail, aborted) {
      const message = await composeDraft(services, project, mail);
      const placed = await mailbox.put(message, { signal: aborted });
      const reference = `${placed.mailbox}${placed.uid === null ? "" : `:${placed.uid}`}`;
      if (placed.kind !== "sent")
        await noteDelivery(services, project, mail, {
          channel: "imap",
          reference,
          messageId: message.messageId,
        });
      return placed.kind === "sent"
        ? `was sent already: 'uo mark-sent ${project.id} --email ${mail.number}' notes it`
        : `${placed.kind === "appended" ? "lies" : "lay already"} in ${reference}`;
    },
    [Symbol.asyncDispose]: () => mailbox[Symbol.asyncDispose](),
  };
}

async function openApollo(services: OutreachServices & { readonly secrets: Secrets }): Promise<DraftPlace> {
  const { apolloClient, apolloKey } = await import("@universe-optimize/draft-delivery/apollo");
  const { baseUrl } = services.config.outreach.apollo;
  const apiKey = apolloKey({ APOLLO_API_KEY: services.secrets.get("APOLLO_API_KEY") ?? undefined });
  const client = apolloClient({ baseUrl, apiKey });
  return {
    put: (project, mail, signal) => putIntoApollo(services, client, project, mail, signal),
    async [Symbol.asyncDispose]() {},
  };
}

async function putIntoApollo(
  services: OutreachServices,
  client: ApolloClient,
  project: Project,
  mail: DraftMail,
  signal: AbortSignal,
): Promise<string> {
  const { contactId, createApolloDraft, enrolInSequence } =
    await import("@universe-optimize/draft-delivery/apollo");
  // Asks everything again, and checks the text as every other place does.
  const message = await composeDraft(services, project, mail);
  const recipient = {
    email: mail.recipient ?? "",
    name: project.target_contact?.name ?? "",
    title: project.target_contact?.title ?? null,
    company: project.company,
  };
  const { sequenceId, emailAccountId } = services.config.outreach.apollo;
  if (sequenceId !== null) {
    if (mail.number > 1) return "belongs to the sequence: its later steps are Apollo's";
    if (emailAccountId === null)
      throw new PipelineError(
        "not_now",
        "outreach.apollo.emailAccountId is not set: whose mailbox will send?",
      );
    const contact = await contactId(client, recipient, signal);
    const { steps } = await enrolInSequence(
      client,
      { sequenceId, emailAccountId, contactId: contact },
      signal,
    );
    await noteDelivery(services, project, mail, {
      channel: "apollo",
      reference: `${sequenceId}/${contact}`,
      messageId: null,
    });
    return `is step 1 of ${steps} of the sequence ${sequenceId}, each for a person to send`;
  }
  const inResponseTo =
    mail.number === 1
      ? null
      : ((await services.store.deliveries(project.id)).findLast(({ channel }) => channel === "apollo")
          ?.reference ?? null);
  const placed = await createApolloDraft(
    client,
    { recipient, subject: message.subject, body: mail.email.body, inResponseTo },
    signal,
  );
  if (placed.kind !== "sent")
    await noteDelivery(services, project, mail, {
      channel: "apollo",
      reference: placed.messageId,
      messageId: null,
    });
  return placed.kind === "sent"
    ? `was sent already: 'uo mark-sent ${project.id} --email ${mail.number}' notes it`
    : `${placed.kind === "created" ? "lies" : "lay already"} in Apollo as draft ${placed.messageId}`;
}
