import { readFile } from "node:fs/promises";
import { appendToList } from "./append-to-list.ts";
import { checkEntry } from "./check-entry.ts";
import { findDuplicates } from "./duplicates.ts";
import { toFileError } from "./file-error.ts";
import { inTurn } from "./in-turn.ts";
import { nextProjectId } from "./next-project-id.ts";
import { parseProjectList, parseWithIdentities } from "./parse-project-list.ts";
import type { Project, TargetContact } from "./project.ts";
import { ProjectListError } from "./project-list-error.ts";
import { replaceFile } from "./replace-file.ts";

/** A contact as it is given; what is left out is not known yet. */
export type NewContact = Pick<TargetContact, "name" | "title"> & Partial<TargetContact>;

/** A project as it is given; without an `id` it gets the next free one. */
export type NewProject = Pick<Project, "repo" | "language"> &
  Partial<Omit<Project, "target_contact">> & { readonly target_contact?: NewContact | null };

/**
 * Appends a project to projects.json and returns it as it will be read. Creates the file where there is none; keeps the
 * formatting and the comments that a person wrote. The file is replaced as a whole, so a crash leaves the old or the new one.
 *
 * @throws ProjectListError `invalid` or `duplicate` for the new project or for the file as it is, `not_json`, `read_only`.
 */
export async function addProject(file: string, project: NewProject): Promise<Project> {
  return await inTurn(file, () => add(file, project));
}

async function add(file: string, project: NewProject): Promise<Project> {
  for (;;) {
    const before = await readOrNull(file);
    const { text, added } = withProject(
      before === null || before.trim() === "" ? "[]\n" : before,
      file,
      project,
    );
    // Somebody may have saved the file meanwhile: their text is the one to add to.
    if ((await readOrNull(file)) !== before) continue;
    try {
      await replaceFile(file, text);
    } catch (error) {
      throw toFileError(error, file, "written");
    }
    return added;
  }
}

function withProject(
  text: string,
  file: string,
  project: NewProject,
): { readonly text: string; readonly added: Project } {
  const { projects, identities } = parseWithIdentities(text, file);
  const entry = { id: project.id ?? nextProjectId({ projects }), ...withoutUndefined(project) };
  const checked = checkEntry(entry);
  if (checked.project === null) {
    throw new ProjectListError(
      "invalid",
      file,
      checked.problems.map(({ path, key, message, expected, nextAct }) => {
        const field = (key === null ? path : [...path, key]).join(".");
        return { line: null, column: null, field, message, expected, nextAct };
      }),
    );
  }
  const { id, repo } = checked.project;
  const duplicates = findDuplicates([...identities, { id, repo, placeOf: null, label: "" }]);
  if (duplicates.length > 0) throw new ProjectListError("duplicate", file, duplicates);
  const edited = appendToList(text, entry);
  // What was written is what will be read: this fails here rather than tomorrow.
  const added = parseProjectList(edited, file).projects[projects.length];
  if (added === undefined) throw new Error(`${file}: the new entry is not where it was put`);
  return { text: edited, added };
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    throw toFileError(error, file, "read");
  }
}

function withoutUndefined(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, typeof item === "object" && item !== null ? withoutUndefined(item) : item]),
  );
}
