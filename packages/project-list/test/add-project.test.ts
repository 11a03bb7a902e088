import {
  mkdtemp,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  lstat,
  writeFile,
  chmod,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  addProject,
  type NewProject,
  ProjectListError,
  readProjectList,
} from "@universe-optimize/project-list";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "project-list-"));
  file = join(folder, "projects.json");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function errorOf(work: Promise<unknown>): Promise<ProjectListError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProjectListError);
  return error as ProjectListError;
}

const NEW: NewProject = { repo: "org/name", language: "python" };

describe("addProject", () => {
  it("creates the file and numbers the projects", async () => {
    await addProject(file, NEW);
    await addProject(file, { repo: "org/other", language: "java", stars: undefined as never });
    expect(await readFile(file, "utf8")).toBe(`[
  {
    "id": "project-001",
    "repo": "org/name",
    "language": "python"
  },
  {
    "id": "project-002",
    "repo": "org/other",
    "language": "java"
  }
]
`);
  });

  it("returns what reading gives", async () => {
    const contact = { name: "First Last", title: "CTO" };
    const added = await addProject(file, {
      ...NEW,
      id: "mine",
      target_contact: contact,
      upstream: "../x",
    });
    expect(added).toMatchObject({
      id: "mine",
      target_contact: { ...contact, email: null, source: "manual" },
    });
    expect((await readProjectList(file)).projects).toEqual([added]);
  });

  it("does not fill gaps: results of a removed project may lie under its number", async () => {
    await writeFile(file, `[{"id": "project-007", "repo": "o/seven", "language": "java"}]`);
    expect((await addProject(file, NEW)).id).toBe("project-008");
  });

  it.each([
    [
      "a trailing comma and comments",
      '[\n  // mine\n  {"id": "z", "repo": "q/z", "language": "java"}, // last\n',
      "",
      "]\n",
    ],
    ["tabs and CRLF", '[\r\n\t{"id": "z",\r\n\t"repo": "q/z", "language": "java"}', " // last\r\n", "]\r\n"],
    ["one line", '[{"id":"z","repo":"q/z","language":"java"}', "", "]"],
    [
      "a comment with a comma behind the last entry",
      '[\n{"id":"z","repo":"q/z","language":"java"}',
      " /* a, b */\n",
      "]",
    ],
    ["a byte order mark", '\uFEFF[\n  {"id":"z","repo":"q/z","language":"java"}', "\n", "]"],
  ])("leaves what a person wrote: %s", async (_name, entries, rest, end) => {
    await writeFile(file, entries + rest + end);
    await addProject(file, NEW);
    const after = await readFile(file, "utf8");
    const comma = rest === "" && entries.endsWith("\n") ? "" : ",";
    const eol = entries.includes("\r") ? "\r\n" : "\n";
    const indent = entries.includes("\t") ? "\t" : "  ";
    const added = [
      "{",
      `${indent}"id": "project-001",`,
      `${indent}"repo": "org/name",`,
      `${indent}"language": "python"`,
      "}",
    ]
      .map((line) => indent + line)
      .join(eol);
    expect(after).toBe(`${`${entries}${comma}${rest}`.trimEnd()}${eol}${added}${eol}${end}`);
    expect((await readProjectList(file)).projects.map(({ id }) => id)).toEqual(["z", "project-001"]);
  });

  it("keeps a comment in an empty list", async () => {
    await writeFile(file, "[ // none yet\n]\n");
    await addProject(file, NEW);
    expect(await readFile(file, "utf8")).toMatch(/^\[ \/\/ none yet\n {2}\{\n/u);
  });

  it("changes nothing when the new project is wrong, and names its fields", async () => {
    await writeFile(file, "[]");
    const error = await errorOf(
      addProject(file, {
        ...NEW,
        language: "js" as never,
        target_contact: { name: "", title: "x" },
      }),
    );
    expect(error.code).toBe("invalid");
    expect(error.problems).toMatchObject([
      { line: null, column: null, field: "language", nextAct: 'Write "javascript".' },
      { line: null, field: "target_contact.name", message: "is empty" },
    ]);
    expect(await readFile(file, "utf8")).toBe("[]");
  });

  it("refuses a repository that is there already, and names its line", async () => {
    await addProject(file, NEW);
    const error = await errorOf(addProject(file, { ...NEW, repo: "ORG/Name" }));
    expect(error).toMatchObject({
      code: "duplicate",
      problems: [{ field: "repo", message: '"ORG/Name" is taken by [0] in line 4' }],
    });
    expect(await errorOf(addProject(file, { ...NEW, id: "project-001", repo: "a/b" }))).toMatchObject({
      code: "duplicate",
    });
    expect((await readProjectList(file)).projects).toHaveLength(1);
  });

  it.each([
    ["[1", "not_json"],
    ['[{"id": "a"}]', "invalid"],
    ["{}", "invalid"],
  ])("adds nothing to a file that is wrong itself: %s", async (text, code) => {
    await writeFile(file, text);
    expect((await errorOf(addProject(file, NEW))).code).toBe(code);
    expect(await readFile(file, "utf8")).toBe(text);
  });

  it("loses none of many at the same time", async () => {
    const repos = Array.from({ length: 12 }, (_, index) => `org/name-${index}`);
    const added = await Promise.all(repos.map((repo) => addProject(file, { repo, language: "java" })));
    expect(new Set(added.map(({ id }) => id)).size).toBe(12);
    expect((await readProjectList(file)).projects.map(({ repo }) => repo)).toEqual(repos);
  });

  it("goes on after a call that failed", async () => {
    const [first, second] = await Promise.allSettled([
      addProject(file, { ...NEW, repo: "x" }),
      addProject(file, NEW),
    ]);
    expect([first.status, second.status]).toEqual(["rejected", "fulfilled"]);
  });

  it("leaves no temporary file and keeps the mode", async () => {
    await writeFile(file, "[]");
    await chmod(file, 0o640);
    await addProject(file, NEW);
    expect(await readdir(folder)).toEqual(["projects.json"]);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  it("follows a link to the file", async () => {
    await mkdir(join(folder, "real"));
    await writeFile(join(folder, "real", "list.json"), "[]");
    await symlink(join("real", "list.json"), file);
    await addProject(file, NEW);
    expect((await lstat(file)).isSymbolicLink()).toBe(true);
    expect((await readProjectList(join(folder, "real", "list.json"))).projects).toHaveLength(1);
  });

  it("says so when the folder is none", async () => {
    await writeFile(file, "[]");
    const error = await errorOf(addProject(join(file, "projects.json"), NEW));
    expect(error.message).toContain("expected");
    expect(["not_found", "read_only"]).toContain(error.code);
  });

  it("says so when the folder is missing", async () => {
    const error = await errorOf(addProject(join(folder, "absent", "projects.json"), NEW));
    expect(error).toMatchObject({
      code: "read_only",
      problems: [{ line: null, message: "the file cannot be written (ENOENT)" }],
    });
  });
});

describe("readProjectList", () => {
  it("says what to do when there is no file", async () => {
    const error = await errorOf(readProjectList(file));
    expect(error).toMatchObject({ code: "not_found", file });
    expect(error.message).toContain("uo init");
    expect((await errorOf(readProjectList(folder))).code).toBe("not_found");
  });
});
