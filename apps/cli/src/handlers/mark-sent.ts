import { openStore } from "@universe-optimize/pipeline/compose";
import { PipelineError } from "@universe-optimize/pipeline/errors";
import type { Handler } from "../command.ts";
import { viewCampaign } from "./project-states.ts";
import { selectProject } from "./select-projects.ts";

export const markSent: Handler = async (args, io) => {
  await using campaign = await viewCampaign(args);
  const project = selectProject(campaign.projects, String(args["id"]));
  const drafts = (await campaign.store?.drafts(project.id)) ?? [];
  if (drafts.length === 0)
    throw new PipelineError(
      "not_now",
      `${project.id} has no drafts, so nothing can have been sent. Make them with 'uo email ${project.id}'.`,
      {
        projectId: project.id,
      },
    );
  if (project.target_contact?.email == null)
    throw new PipelineError(
      "not_now",
      `${project.id} has no contact address, so nothing can have been sent. Put it into projects.json (target_contact.email) first.`,
      { projectId: project.id },
    );
  if (drafts.some((draft) => !draft.proven))
    io.err(`${project.id}: numbers in these e-mails are unproven.\n`);
  await using store = await openStore(campaign.paths);
  const after = await store.markSent(project.id, new Date());
  await store.appendEvent({
    kind: "emails.sent",
    message: "a person marked the e-mails as sent",
    projectId: project.id,
  });
  if (io.json) io.out(`${JSON.stringify({ ok: true, drafts: after }, null, 2)}\n`);
  else for (const draft of after) io.out(`${draft.template}: sent ${draft.sent_at ?? ""}\n`);
  return 0;
};
