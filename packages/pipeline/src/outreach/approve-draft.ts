import type { Obstacle } from "@universe-optimize/draft-delivery";
import type { Project } from "@universe-optimize/project-list";
import type { ApprovalRow } from "@universe-optimize/state-store";
import { PipelineError } from "../errors.ts";
import { type DraftMail, draftMails, type OutreachServices } from "./draft-mail.ts";

/**
 * A person's word that one mail, exactly as it is, may go to exactly this recipient. Whatever changes recipient, subject or body
 * afterwards makes it void.
 *
 * @throws PipelineError `not_now` without such a mail; `not_allowed` with everything that stands against it
 */
export async function approveDraft(
  services: OutreachServices,
  project: Project,
  options: { readonly number: number; readonly by: string; readonly signal: AbortSignal },
): Promise<{ readonly mail: DraftMail; readonly approval: ApprovalRow }> {
  const mail = mailOf(await draftMails(services, project, options.signal), project, options.number);
  const { store } = services;
  if (!mail.mayApprove.allowed || mail.recipient === null) {
    // An approval that would not be given today must not stay behind.
    await store.withdrawApproval(project.id, mail.row.template);
    throw notAllowed(project, mail, mail.mayApprove.obstacles);
  }
  const approval = await store.approve({
    projectId: project.id,
    template: mail.row.template,
    sha256: mail.sha256,
    recipient: mail.recipient,
    by: options.by,
  });
  await store.appendEvent({
    kind: "email.approved",
    message: `${options.by} approved ${mail.row.template}`,
    data: { template: mail.row.template, sha256: mail.sha256 },
    projectId: project.id,
  });
  return { mail, approval };
}

/** @throws PipelineError `not_now` */
export function mailOf(mails: readonly DraftMail[], project: Project, number: number): DraftMail {
  const mail = mails.find((each) => each.number === number);
  if (mail !== undefined) return mail;
  throw new PipelineError(
    "not_now",
    `${project.id} has ${mails.length} drafts, and no mail ${number}: ${mails.map((each) => `${each.number} ${each.row.template}`).join(", ")}.`,
    { projectId: project.id },
  );
}

export function notAllowed(project: Project, mail: DraftMail, obstacles: readonly Obstacle[]): PipelineError {
  const reasons = obstacles.map(({ sentence, act }) => `  - ${sentence} ${act}`).join("\n");
  return new PipelineError(
    "not_allowed",
    `${project.id}, mail ${mail.number} (${mail.row.template}):\n${reasons}`,
    {
      projectId: project.id,
    },
  );
}
