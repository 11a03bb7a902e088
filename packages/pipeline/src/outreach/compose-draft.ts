import { type ComposedEml, composeEml } from "@universe-optimize/email-renderer";
import type { Project } from "@universe-optimize/project-list";
import { notAllowed } from "./approve-draft.ts";
import type { DraftMail, OutreachServices } from "./draft-mail.ts";

/** An approved mail as the message that a mail program opens. */
export interface OutgoingDraft extends ComposedEml {
  /** Names the draft for good: what a second delivery looks for. */
  readonly draftId: string;
}

/**
 * Makes the message of an approved mail, after asking everything again.
 *
 * @throws PipelineError `not_allowed`; TemplateError
 */
export async function composeDraft(
  { config, clock }: OutreachServices,
  project: Project,
  mail: DraftMail,
): Promise<OutgoingDraft> {
  if (!mail.mayDeliver.allowed || mail.recipient === null)
    throw notAllowed(project, mail, mail.mayDeliver.obstacles);
  const { sender } = config.outreach;
  const draftId = `${config.campaign}/${project.id}/${mail.row.template}`;
  const composed = await composeEml({
    file: mail.row.path,
    to: { name: project.target_contact?.name ?? null, address: mail.recipient },
    from: { name: sender.name, address: sender.email },
    ...mail.email,
    // The approval's time: the same approved mail gives the same bytes again.
    date: new Date(mail.approval?.approved_at ?? clock.now()),
    draftId,
    inReplyTo: mail.inReplyTo,
  });
  return { ...composed, draftId };
}
