import { readFile } from "node:fs/promises";
import { toFileError } from "./file-error.ts";
import { parseProjectList } from "./parse-project-list.ts";
import type { ProjectList } from "./project.ts";

/**
 * Reads and checks a projects.json.
 *
 * @throws ProjectListError `not_found`, `read_only`, `not_json`, `invalid` or `duplicate`, with every problem's line.
 */
export async function readProjectList(file: string): Promise<ProjectList> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw toFileError(error, file, "read");
  }
  return parseProjectList(text, file);
}
