import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { compileTemplate } from "./compile-template.ts";
import { emailLimits } from "./limits.ts";
import { TemplateError } from "./template-error.ts";
import type { EmailTemplate } from "./types.ts";

/**
 * Compiles every `email_*.md` of a folder, sorted by name with numbers in their order (`email_2_…` before `email_10_…`).
 * Folders inside it and other files are ignored.
 *
 * @throws TemplateError `unreadable` for a folder that is missing or holds no template, and for a file that cannot be read;
 *   the errors of `compileTemplate`
 */
export async function readTemplates(directory: string): Promise<EmailTemplate[]> {
  return (await readTemplateSources(directory)).map(({ name, text }) => compileTemplate(text, name));
}

/** A template's text as it lies on disk. */
export interface TemplateSource {
  /** File name: `email_1_proof.md`. */
  readonly name: string;
  readonly text: string;
}

/**
 * The texts of every `email_*.md` of a folder, in the order of `readTemplates` and not compiled: for `lintTemplates`, which
 * looks at broken ones too.
 *
 * @throws TemplateError `unreadable`, `limit`
 */
export async function readTemplateSources(directory: string): Promise<TemplateSource[]> {
  const names = await templateNames(directory);
  if (names.length === 0) {
    throw new TemplateError(
      "there is no template here. Add a file like email_1_proof.md that begins with 'Subject: …'.",
      { code: "unreadable", file: directory },
    );
  }
  return await Promise.all(
    names.map(async (name) => ({ name, text: await readText(join(directory, name)) })),
  );
}

const byName = new Intl.Collator("en", { numeric: true });

async function templateNames(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && /^email_.*\.md$/s.test(entry.name))
      .map((entry) => entry.name)
      .toSorted(byName.compare);
  } catch (cause) {
    throw new TemplateError(
      "the folder of templates cannot be read. Create it, with a file like email_1_proof.md.",
      { code: "unreadable", file: directory, cause },
    );
  }
}

async function readText(path: string): Promise<string> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) throw new Error("it is not a file");
    // A character takes up to three bytes for each UTF-16 unit.
    if (facts.size > 3 * emailLimits.templateChars) {
      throw new TemplateError(
        `the template has ${facts.size} bytes; at most ${emailLimits.templateChars} characters are allowed.`,
        { code: "limit", file: path },
      );
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    if (cause instanceof TemplateError) throw cause;
    const reason =
      cause instanceof TypeError
        ? "it is not UTF-8"
        : cause instanceof Error
          ? cause.message
          : "it cannot be read";
    throw new TemplateError(
      `the template cannot be read (${reason}). Make it an ordinary text file in UTF-8.`,
      { code: "unreadable", file: path, cause },
    );
  }
}
