import type { DraftMail } from "@universe-optimize/pipeline/outreach";
import type { Project } from "@universe-optimize/project-list";
import { columns } from "../output/columns.ts";

/** A draft for `--json`. */
export function draftView(project: Project, mail: DraftMail): Record<string, unknown> {
  return {
    id: project.id,
    number: mail.number,
    template: mail.row.template,
    file: mail.row.path,
    recipient: mail.recipient,
    subject: mail.email.subject,
    state: stateOf(mail),
    sha256: mail.sha256,
    approval: mail.approval,
    deliveries: mail.deliveries,
    obstacles: mail.row.sent_at === null ? mail.mayApprove.obstacles : [],
  };
}

/** The drafts as a table, and below it what stands against those that are not approved. */
export function draftsText(found: readonly { project: Project; mails: readonly DraftMail[] }[]): string {
  const all = found.flatMap(({ project, mails }) => mails.map((mail) => ({ project, mail })));
  const table = columns(
    ["ID", "Mail", "To", "State", "Subject"].map((title) => ({ title })),
    all.map(({ project, mail }) => [
      project.id,
      String(mail.number),
      mail.recipient ?? "--",
      stateOf(mail),
      mail.email.subject,
    ]),
  );
  const against = all.flatMap(({ project, mail }) =>
    mail.row.sent_at === null
      ? mail.mayApprove.obstacles.map(
          ({ sentence, act }) => `${project.id}, mail ${mail.number}: ${sentence} ${act}\n`,
        )
      : [],
  );
  return against.length === 0 ? table : `${table}\n${against.join("")}`;
}

function stateOf(mail: DraftMail): string {
  if (mail.row.sent_at !== null) return "sent";
  if (mail.approval === null) return mail.mayApprove.allowed ? "to approve" : "blocked";
  if (!mail.mayDeliver.allowed)
    return mail.mayDeliver.obstacles.some(({ code }) => code === "changed_since_approval")
      ? "changed since approval"
      : "blocked";
  const places = [...new Set(mail.deliveries.map(({ channel }) => channel))];
  return places.length === 0 ? "approved" : `approved, ${places.join(", ")}`;
}
