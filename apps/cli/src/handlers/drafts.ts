import { relative } from "node:path";
import { type Campaign, openCampaign } from "@universe-optimize/pipeline/compose";
import { errorFacts } from "@universe-optimize/pipeline/errors";
import {
  type DraftMail,
  draftMails,
  exportDraft,
  openDraftPlace,
} from "@universe-optimize/pipeline/outreach";
import type { Project } from "@universe-optimize/project-list";
import type { Args, Handler, Io } from "../command.ts";
import { MisuseError } from "../output/report-error.ts";
import { draftsText, draftView } from "../views/drafts-view.ts";
import { selectProjects } from "./select-projects.ts";

interface ProjectDrafts {
  readonly project: Project;
  readonly mails: readonly DraftMail[];
}

export const drafts: Handler = async (args, io) => {
  const act = String(args["act"]);
  if (act === "push" && typeof args["to"] !== "string")
    throw new MisuseError("push needs --to imap or --to apollo.");
  await using campaign = await openCampaign(String(args["campaign"]));
  const found = await readDrafts(campaign, args, io);
  if (act === "list") {
    const views = found.flatMap(({ project, mails }) => mails.map((mail) => draftView(project, mail)));
    if (io.json) io.out(`${JSON.stringify({ ok: true, drafts: views }, null, 2)}\n`);
    else
      io.out(
        views.length === 0
          ? "No drafts yet: make them with 'uo start' or 'uo email ID'.\n"
          : draftsText(found),
      );
    return 0;
  }
  return await deliver(campaign, found, args, io);
};

/** Drafts of the named projects, or of all that have some. */
async function readDrafts({ services, projects }: Campaign, args: Args, io: Io): Promise<ProjectDrafts[]> {
  const ids = args["ids"] as string[];
  const found: ProjectDrafts[] = [];
  for (const project of selectProjects(projects, ids)) {
    try {
      const mails = await draftMails(services, project, io.signal);
      const wanted = args["email"];
      found.push({
        project,
        mails: typeof wanted === "number" ? mails.filter(({ number }) => number === wanted) : mails,
      });
    } catch (error) {
      if (ids.length > 0 || errorFacts(error).code !== "not_now") throw error;
    }
  }
  return found;
}

/** Lays approved mails where a person sends them from. What is not approved is left out, and said. */
async function deliver(
  { services }: Campaign,
  found: readonly ProjectDrafts[],
  args: Args,
  io: Io,
): Promise<number> {
  const dryRun = args["dry-run"] === true;
  const push = args["act"] === "push";
  await using place =
    push && !dryRun
      ? await openDraftPlace(services, args["to"] === "apollo" ? "apollo" : "imap", io.signal)
      : null;
  const named = (args["ids"] as string[]).length > 0;
  const done: { id: string; template: string; ok: boolean; result: string }[] = [];
  for (const { project, mails } of found)
    for (const mail of mails) {
      if (mail.approval === null && !named) continue;
      const note = (ok: boolean, result: string): void =>
        void done.push({ id: project.id, template: mail.row.template, ok, result });
      try {
        if (!mail.mayDeliver.allowed)
          note(false, mail.mayDeliver.obstacles.map(({ sentence, act }) => `${sentence} ${act}`).join(" "));
        else if (dryRun) note(true, push ? `would be laid into ${String(args["to"])}` : "would be exported");
        else if (place === null)
          note(true, relative(process.cwd(), await exportDraft(services, project, mail)));
        else note(true, await place.put(project, mail, io.signal));
      } catch (error) {
        io.signal.throwIfAborted();
        note(false, errorFacts(error).message);
      }
    }
  const ok = done.length > 0 && done.every((one) => one.ok);
  if (io.json) io.out(`${JSON.stringify({ ok, drafts: done }, null, 2)}\n`);
  else if (done.length === 0)
    io.err("No mail is approved: 'uo drafts' lists them, 'uo approve ID --email 1' approves one.\n");
  else
    for (const { id, template, result, ok: good } of done)
      (good ? io.out : io.err)(`${id} ${template}: ${result}\n`);
  return ok ? 0 : 1;
}
