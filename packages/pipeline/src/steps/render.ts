import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import {
  checkVariables,
  type EmailContext,
  type EmailTemplate,
  type ProtectedWriteResult,
  readTemplates,
  renderText,
  withFooter,
  writeProtected,
} from "@universe-optimize/email-renderer";
import type { DraftRow } from "@universe-optimize/state-store";
import { projectPaths } from "../campaign/campaign-paths.ts";
import type { Step, StepContext } from "./step.ts";

export const renderStep: Step = {
  name: "render",
  async execute(context) {
    if (context.facts.gate?.pass === false) {
      context.progress("no draft: the gate was not passed");
      return { kind: "succeeded" };
    }
    const drafts = await renderDrafts(context, false);
    const { emails } = projectPaths(context.services.paths, context.project.id);
    return {
      kind: "succeeded",
      changes: { drafts, project: { email_draft_path: relative(context.services.paths.root, emails) } },
    };
  },
};

/** Renders every template with the project's context.json; `replace` overwrites edited drafts, with a backup. */
export async function renderDrafts(context: StepContext, replace: boolean): Promise<DraftRow[]> {
  const { services, project, progress } = context;
  const paths = projectPaths(services.paths, project.id);
  const contextText = await readFile(paths.context, "utf8");
  const values = JSON.parse(contextText) as EmailContext;
  const templates = await readTemplates(services.paths.templates);
  // All of them first: a broken template changes no draft at all.
  const rendered = templates.map((template) => {
    checkVariables(template, Object.keys(values));
    return { template, email: withFooter(template.render(values), services.config.outreach.sender) };
  });
  await mkdir(paths.emails, { recursive: true });
  const before = await services.store.drafts(project.id);
  const rows: DraftRow[] = [];
  for (const { template, email } of rendered) {
    const path = join(paths.emails, template.name);
    const text = renderText(email);
    const result = await writeProtected({ path, text, replace });
    progress(describe(template, result));
    // What this run's drafts were sent as stays sent, whatever is rendered later.
    const sentAt =
      before.find((row) => row.template === template.name && row.run_id === context.run.id)?.sent_at ?? null;
    rows.push({
      project_id: project.id,
      template: template.name,
      run_id: context.run.id,
      path: relative(services.paths.root, path),
      subject: email.subject,
      state: sentAt === null ? await stateOf(path, text, result) : "sent",
      proven: context.facts.basis === "proven",
      generated_sha256: sha256(text),
      input_sha256: sha256(
        contextText + (await readFile(join(services.paths.templates, template.name), "utf8")),
      ),
      rendered_at: services.clock.now().toISOString(),
      sent_at: sentAt,
    });
  }
  return rows;
}

async function stateOf(
  path: string,
  generated: string,
  result: ProtectedWriteResult,
): Promise<DraftRow["state"]> {
  if (result.kind === "conflict") return "conflict";
  return (await readFile(path, "utf8")) === generated ? "draft" : "edited";
}

function describe(template: EmailTemplate, result: ProtectedWriteResult): string {
  switch (result.kind) {
    case "conflict":
      return `${template.name}: your edits and the new text touch the same lines; yours is untouched, the new one is ${result.asidePath}`;
    case "replaced":
      return `${template.name}: replaced; the old text is ${result.backupPath}`;
    case "merged":
      return `${template.name}: merged with your edits`;
    case "written":
    case "unchanged":
      return `${template.name}: ${result.kind}`;
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
