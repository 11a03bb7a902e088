import { openCampaign } from "@universe-optimize/pipeline/compose";
import { PipelineError } from "@universe-optimize/pipeline/errors";
import { type DraftMail, draftMails, mailOf, noteDelivery } from "@universe-optimize/pipeline/outreach";
import type { Project } from "@universe-optimize/project-list";
import type { Handler } from "../command.ts";
import { MisuseError } from "../output/report-error.ts";
import { selectProject } from "./select-projects.ts";

/** Without an angle bracket, a space or a control character: what may stand in a header. */
const MESSAGE_ID = /^[!-;=?-~]{1,200}@[!-;=?-~]{1,200}$/;

export const markSent: Handler = async (args, io) => {
  const messageId = messageIdOf(args["message-id"]);
  await using campaign = await openCampaign(String(args["campaign"]));
  const { services } = campaign;
  const project = selectProject(campaign.projects, String(args["id"]));
  if (project.target_contact?.email == null)
    throw notNow(
      project,
      `${project.id} has no contact address, so nothing can have been sent. Put it into projects.json (target_contact.email) first.`,
    );
  const mails = await draftMails(services, project, io.signal);
  const number = args["email"];
  if (messageId !== null && typeof number !== "number")
    throw new MisuseError("--message-id needs --email: whose Message-ID it is.");
  const sent = typeof number === "number" ? [mailOf(mails, project, number)] : sendable(project, mails);
  for (const mail of sent) {
    if (mail.approval === null)
      io.err(`${project.id}: ${mail.row.template} was never approved; it is noted as sent all the same.\n`);
    if (!mail.row.proven) io.err(`${project.id}: numbers in ${mail.row.template} are unproven.\n`);
    await services.store.markSent(project.id, services.clock.now(), mail.row.template);
    await noteDelivery(services, project, mail, { channel: "sent", reference: null, messageId });
  }
  await services.store.appendEvent({
    kind: "emails.sent",
    message: `a person marked ${sent.map(({ row }) => row.template).join(", ")} as sent`,
    projectId: project.id,
  });
  const after = await services.store.drafts(project.id);
  if (io.json) io.out(`${JSON.stringify({ ok: true, drafts: after }, null, 2)}\n`);
  else
    for (const draft of after)
      io.out(`${draft.template}: ${draft.sent_at === null ? "not sent" : `sent ${draft.sent_at}`}\n`);
  return 0;
};

/** Without `--email`: what is approved; where nothing is, every draft, as a person may send without this program. */
function sendable(project: Project, mails: readonly DraftMail[]): readonly DraftMail[] {
  const unsent = mails.filter(({ row }) => row.sent_at === null);
  if (unsent.length === 0) throw notNow(project, `every mail of ${project.id} is marked as sent already.`);
  const approved = unsent.filter(({ approval }) => approval !== null);
  return approved.length > 0 ? approved : unsent;
}

function messageIdOf(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const id = value.trim().replace(/^<|>$/g, "");
  if (!MESSAGE_ID.test(id))
    throw new MisuseError("--message-id takes a Message-ID such as <abc@mail.example.com>.");
  return id;
}

function notNow(project: Project, message: string): PipelineError {
  return new PipelineError("not_now", message, { projectId: project.id });
}
