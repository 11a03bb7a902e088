import { ProjectListError } from "./project-list-error.ts";

const ABSENT = ["ENOENT", "ENOTDIR", "EISDIR"];

/** What the file system's refusal means. */
export function toFileError(cause: unknown, file: string, act: "read" | "written"): unknown {
  const code = (cause as { code?: unknown } | null)?.code;
  if (cause instanceof ProjectListError || typeof code !== "string") return cause;
  const problem = { line: null, column: null, field: "" };
  if (act === "read" && ABSENT.includes(code)) {
    return new ProjectListError(
      "not_found",
      file,
      [
        {
          ...problem,
          message: code === "EISDIR" ? "this is a folder" : "there is no such file",
          expected: "a JSON list of projects",
          nextAct: "Create a campaign with 'uo init DIR' or add a project with 'uo add'.",
        },
      ],
      { cause },
    );
  }
  return new ProjectListError(
    "read_only",
    file,
    [
      {
        ...problem,
        message: `the file cannot be ${act} (${code})`,
        expected: "a file in a folder that this user may read and write",
        nextAct: "Change the rights or free space, or work in another folder.",
      },
    ],
    { cause },
  );
}
