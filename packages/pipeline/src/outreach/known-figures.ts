import { readFile } from "node:fs/promises";
import { figuresOf } from "@universe-optimize/draft-delivery";
import {
  compileTemplate,
  type EmailContext,
  footerText,
  readGenerated,
  readTemplateSources,
  type Sender,
  type TemplateSource,
} from "@universe-optimize/email-renderer";
import { type CampaignPaths, projectPaths } from "../campaign/campaign-paths.ts";
import { errorFacts } from "../errors.ts";

/**
 * For each template's name the figures that a mail made of it may say: those of the context as it was built, before anybody edited
 * it; the operator's own in templates and footer; and those of the mail that the template makes of that context, for a template may put a unit to
 * a bare number. null: no built context is recorded, so nobody can tell.
 */
export async function knownFigures(
  paths: CampaignPaths,
  projectId: string,
  sender: Sender,
): Promise<((template: string) => readonly string[]) | null> {
  const { context } = projectPaths(paths, projectId);
  const built = await readGenerated(context);
  if (built === null) return null;
  const edited = await readFile(context, "utf8").catch(() => "{}");
  const values = withoutEdits(JSON.parse(built) as EmailContext, parseOrNothing(edited));
  const sources = await templateSources(paths.templates);
  return (template) => {
    const source = sources.find(({ name }) => name === template);
    const texts = [built, footerText(sender) ?? ""];
    if (source !== undefined) texts.push(source.text, rendered(source, values));
    return figuresOf(texts.join("\n"));
  };
}

/** The built context; keys that a person added are there for the templates that use them, and say no figure. */
function withoutEdits(built: EmailContext, edited: EmailContext): EmailContext {
  const added = Object.entries(edited).filter(([key]) => !Object.hasOwn(built, key));
  const mute = (value: unknown): unknown =>
    typeof value === "string" ? value.replaceAll(/\p{N}/gu, "") : typeof value === "boolean" ? value : "";
  return { ...built, ...Object.fromEntries(added.map(([key, value]) => [key, mute(value)])) };
}

/** A file in the middle of a person's edit has nothing that could be known. */
function parseOrNothing(text: string): EmailContext {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as EmailContext) : {};
  } catch {
    return {};
  }
}

async function templateSources(folder: string): Promise<TemplateSource[]> {
  try {
    return await readTemplateSources(folder);
  } catch (error) {
    // Drafts outlive their templates.
    if (errorFacts(error).code !== "unreadable") throw error;
    return [];
  }
}

/** "" for a template that is broken now: rendering says so, not this. */
function rendered({ name, text }: TemplateSource, values: EmailContext): string {
  try {
    const { subject, body } = compileTemplate(text, name).render(values);
    return `${subject}\n${body}`;
  } catch {
    return "";
  }
}
