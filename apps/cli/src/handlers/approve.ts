import { userInfo } from "node:os";
import { openCampaign } from "@universe-optimize/pipeline/compose";
import { PipelineError } from "@universe-optimize/pipeline/errors";
import { approveDraft, draftMails, mailOf } from "@universe-optimize/pipeline/outreach";
import type { Handler } from "../command.ts";
import { MisuseError } from "../output/report-error.ts";
import { draftsText, draftView } from "../views/drafts-view.ts";
import { selectProject } from "./select-projects.ts";

export const approve: Handler = async (args, io) => {
  await using campaign = await openCampaign(String(args["campaign"]));
  const { services } = campaign;
  const project = selectProject(campaign.projects, String(args["id"]));
  const by = typeof args["by"] === "string" ? args["by"].trim() : userInfo().username;
  if (by === "") throw new MisuseError("--by takes the name of the person who approves.");
  if (args["allow-country"] === true) {
    const reason = typeof args["reason"] === "string" ? args["reason"].trim() : "";
    if (reason === "")
      throw new MisuseError("--allow-country needs --reason: why this person may be written to.");
    const address = project.target_contact?.email ?? null;
    if (address === null)
      throw new PipelineError(
        "not_now",
        `${project.id} has no contact address: put it into projects.json first.`,
        {
          projectId: project.id,
        },
      );
    const subject = address.toLowerCase();
    await services.store.decide({ projectId: project.id, kind: "country_allowed", subject, reason, by });
  }
  const number = args["email"];
  if (typeof number !== "number") {
    const mails = await draftMails(services, project, io.signal);
    if (io.json)
      io.out(
        `${JSON.stringify({ ok: true, drafts: mails.map((mail) => draftView(project, mail)) }, null, 2)}\n`,
      );
    else
      io.out(`${draftsText([{ project, mails }])}\nApprove one with: uo approve ${project.id} --email 1\n`);
    return 0;
  }
  if (args["withdraw"] === true) {
    const mail = mailOf(await draftMails(services, project, io.signal), project, number);
    const was = await services.store.withdrawApproval(project.id, mail.row.template);
    if (io.json) io.out(`${JSON.stringify({ ok: true, withdrawn: was })}\n`);
    else
      io.out(
        was
          ? `${mail.row.template}: the approval is withdrawn.\n`
          : `${mail.row.template} was not approved.\n`,
      );
    return 0;
  }
  const { mail, approval } = await approveDraft(services, project, { number, by, signal: io.signal });
  if (io.json) io.out(`${JSON.stringify({ ok: true, approval, subject: mail.email.subject }, null, 2)}\n`);
  else
    io.out(
      `${mail.row.template} is approved by ${approval.approved_by} for ${approval.recipient}: "${mail.email.subject}"\nNext: uo drafts export ${project.id}\n`,
    );
  return 0;
};
