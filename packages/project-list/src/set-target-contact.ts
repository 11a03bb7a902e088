import { readFile } from "node:fs/promises";
import { applyEdits, modify } from "jsonc-parser";
import type { NewContact } from "./add-project.ts";
import { toFileError } from "./file-error.ts";
import { inTurn } from "./in-turn.ts";
import { parseProjectList } from "./parse-project-list.ts";
import { printable } from "./printable.ts";
import type { Project } from "./project.ts";
import { ProjectListError } from "./project-list-error.ts";
import { replaceFile } from "./replace-file.ts";

/**
 * Puts a contact into a project of projects.json, in the place of the one that is there, and returns the project as it will be
 * read. The rest of the file stays as it is. A contact that `refuseContact` refuses is refused here too.
 *
 * @throws ProjectListError `not_found` (the file, or a project of this id), `invalid`, `not_json`, `duplicate`, `read_only`.
 */
export async function setTargetContact(
  file: string,
  projectId: string,
  contact: NewContact,
): Promise<Project> {
  return await inTurn(file, async () => {
    for (;;) {
      const before = await read(file);
      const mark = before.startsWith("\uFEFF") ? "\uFEFF" : "";
      const text = before.slice(mark.length);
      const index = parseProjectList(text, file).projects.findIndex(({ id }) => id === projectId);
      if (index === -1) throw unknownProject(file, projectId);
      const eol = text.includes("\r\n") ? "\r\n" : "\n";
      const unit = /\n([ \t]+)\S/u.exec(text)?.[1] ?? "  ";
      const formattingOptions = { eol, insertSpaces: !unit.startsWith("\t"), tabSize: unit.length };
      const edited = applyEdits(
        text,
        modify(text, [index, "target_contact"], withoutUndefined(contact), { formattingOptions }),
      );
      const project = parseProjectList(edited, file).projects[index];
      if (project === undefined) throw new Error(`${file}: the project is not where it was`);
      // Somebody may have saved the file meanwhile: their text is the one to change.
      if ((await read(file)) !== before) continue;
      try {
        await replaceFile(file, mark + edited);
      } catch (error) {
        throw toFileError(error, file, "written");
      }
      return project;
    }
  });
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw toFileError(error, file, "read");
  }
}

function unknownProject(file: string, id: string): ProjectListError {
  return new ProjectListError("not_found", file, [
    {
      line: null,
      column: null,
      field: "id",
      message: `${printable(id)} is no project`,
      expected: "the id of an entry",
      nextAct: "Look at the ids in the file, or add the project with 'uo add'.",
    },
  ]);
}

function withoutUndefined(contact: NewContact): Record<string, unknown> {
  return Object.fromEntries(Object.entries(contact).filter(([, value]) => value !== undefined));
}
