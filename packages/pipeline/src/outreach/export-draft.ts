import { exportEml } from "@universe-optimize/draft-delivery";
import type { Project } from "@universe-optimize/project-list";
import { composeDraft } from "./compose-draft.ts";
import type { DraftMail, OutreachServices } from "./draft-mail.ts";

/**
 * Writes an approved mail as .eml beside its draft, and notes it. Returns the file.
 *
 * @throws PipelineError `not_allowed`; DeliveryError `unwritable`
 */
export async function exportDraft(
  services: OutreachServices,
  project: Project,
  mail: DraftMail,
): Promise<string> {
  const message = await composeDraft(services, project, mail);
  const file = await exportEml(mail.file, message.eml);
  await noteDelivery(services, project, mail, {
    channel: "eml",
    reference: file,
    messageId: message.messageId,
  });
  return file;
}

/** One row for each place that a text was laid in; laying it there again adds none. */
export async function noteDelivery(
  { store }: OutreachServices,
  project: Project,
  mail: DraftMail,
  delivery: {
    readonly channel: "eml" | "imap" | "apollo" | "sent";
    readonly reference: string | null;
    readonly messageId: string | null;
  },
): Promise<void> {
  const { channel, reference, messageId } = delivery;
  const isKnown = mail.deliveries.some(
    (row) => row.channel === channel && row.sha256 === mail.sha256 && row.message_id === messageId,
  );
  if (isKnown) return;
  await store.recordDelivery({
    projectId: project.id,
    template: mail.row.template,
    sha256: mail.sha256,
    channel,
    reference,
    messageId,
  });
}
