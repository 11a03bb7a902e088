import { parseProjectList, ProjectListError } from "@universe-optimize/project-list";
import { describe, expect, it } from "vitest";

function problemsOf(text: string): ProjectListError {
  try {
    parseProjectList(text, "projects.json");
  } catch (error) {
    if (error instanceof ProjectListError) return error;
    throw error;
  }
  throw new Error("expected a ProjectListError");
}

function withContact(contact: object): string {
  const target_contact = { name: "First Last", title: "CTO", ...contact };
  return JSON.stringify([{ id: "a", repo: "o/n", language: "java", target_contact }]);
}

const FULL = {
  id: "project-001",
  repo: "org/repo-name",
  upstream: null,
  language: "python",
  stars: 5200,
  description: "A library.",
  company: "Company Name",
  domain: "data processing",
  target_contact: {
    name: "First Last",
    title: "CTO",
    email: "first.last@example.com",
    linkedin: "https://www.linkedin.com/in/first-last",
    source: "manual",
  },
  why_selected: "High star count",
  model: "sonnet",
};

describe("parseProjectList", () => {
  it("reads a full entry as it stands", () => {
    expect(parseProjectList(JSON.stringify([FULL]), "p.json")).toEqual({
      file: "p.json",
      projects: [FULL],
    });
  });

  it("fills in what may be left out", () => {
    const text = `[{"id": "a", "repo": "o/n", "language": "typescript"}]`;
    expect(parseProjectList(text, "p.json").projects).toEqual([
      {
        id: "a",
        repo: "o/n",
        upstream: null,
        language: "typescript",
        stars: null,
        description: "",
        company: null,
        domain: null,
        target_contact: null,
        why_selected: "",
        model: null,
      },
    ]);
  });

  it("fills in a contact", () => {
    expect(parseProjectList(withContact({}), "p.json").projects[0]?.target_contact).toEqual({
      name: "First Last",
      title: "CTO",
      email: null,
      linkedin: null,
      source: "manual",
    });
  });

  it("takes null where nothing is known", () => {
    const text = JSON.stringify([
      { ...FULL, stars: null, company: null, domain: null, target_contact: null },
    ]);
    expect(parseProjectList(text, "p.json").projects[0]).toMatchObject({
      stars: null,
      target_contact: null,
    });
  });

  it("takes comments, trailing commas and a byte order mark", () => {
    const text = `\uFEFF[ // mine\n {"id": "a", "repo": "o/n", "language": "java",}, /* end */ ]`;
    expect(parseProjectList(text, "p.json").projects).toHaveLength(1);
  });

  it("takes an empty list", () => {
    expect(parseProjectList("[]", "p.json").projects).toEqual([]);
  });
});

describe("what is wrong with a file", () => {
  it("names line, column, field, expectation and next act of each problem", () => {
    const error = problemsOf(`[
  {
    "id": "project-001",
    "repo": "org/name",
    "language": "js",
    "target_contact": {
      "name": "First Last",
      "title": "CTO",
      "email": "..."
    }
  },
  { "id": "project-002", "language": "java" }
]`);
    expect(error.code).toBe("invalid");
    expect(error.retryable).toBe(false);
    expect(error.problems).toEqual([
      {
        line: 5,
        column: 17,
        field: "[0].language",
        message: '"js" does not fit',
        expected: '"python", "javascript", "typescript" or "java"',
        nextAct: 'Write "javascript".',
      },
      {
        line: 9,
        column: 16,
        field: "[0].target_contact.email",
        message: '"..." is a placeholder',
        expected: "an address such as first.last@example.com, or null",
        nextAct: "Fill it in, or write null while it is not known.",
      },
      {
        line: 12,
        column: 3,
        field: "[1].repo",
        message: "is missing",
        expected: '"owner/name" with the characters that GitHub allows',
        nextAct:
          'Write it like "pallets/flask", without https:// and .git; another address belongs into "upstream".',
      },
    ]);
    expect(error.message.split("\n")[1]).toBe(
      'projects.json:9:16 [0].target_contact.email: "..." is a placeholder; expected an address such as first.last@example.com, or null. Fill it in, or write null while it is not known.',
    );
  });

  it.each([
    ["", 1, 1, "the file is empty"],
    ["  \n ", 2, 2, "the file is empty"],
    ["[\n  1,", 2, 5, "a value is missing"],
    ['[{"id": "a" "repo": "o/n"}]', 1, 13, "a comma is missing"],
    ["hello", 1, 1, "a word or character is no JSON"],
    ["[]\n]", 2, 1, "there is something after the end"],
    ["[".repeat(200_000), 1, 1, "brackets are nested too deeply"],
  ])("says where the text is no JSON: %.20j", (text, line, column, message) => {
    const error = problemsOf(text);
    expect(error.code).toBe("not_json");
    expect(error.problems).toMatchObject([{ line, column, message }]);
  });

  it.each(["{}", "5", "null", '"text"', '{"projects": []}'])("wants a list: %s", (text) => {
    expect(problemsOf(text)).toMatchObject({
      code: "invalid",
      problems: [{ line: 1, column: 1, field: "" }],
    });
  });

  it.each(["5", "null", "[]", '"org/name"'])("wants objects in the list: %s", (entry) => {
    expect(problemsOf(`[${entry}]`).problems[0]).toMatchObject({
      line: 1,
      column: 2,
      field: "[0]",
    });
  });

  it("names the key that was probably meant", () => {
    const error = problemsOf(
      `[{"id": "a", "repo": "o/n", "langauge": "java", "language": "java", "zzz": 1}]`,
    );
    expect(error.problems).toMatchObject([
      {
        column: 29,
        field: "[0].langauge",
        nextAct: 'Did you mean "language"? Rename or remove "langauge".',
      },
      { field: "[0].zzz", nextAct: "Remove it." },
    ]);
    expect(problemsOf(withContact({ e_mail: "x" })).problems).toMatchObject([
      {
        field: "[0].target_contact.e_mail",
        nextAct: 'Did you mean "email"? Rename or remove "e_mail".',
      },
    ]);
  });

  it("refuses a key that stands twice, since the last would win without a word", () => {
    const error = problemsOf(`[{"id": "a", "repo": "o/n", "language": "java",\n "id": "b"}]`);
    expect(error.problems).toMatchObject([
      { line: 2, column: 2, field: "[0].id", message: "stands here for the second time" },
    ]);
  });

  it("names both lines of a duplicate, whatever the case", () => {
    const error = problemsOf(`[
  {"id": "a", "repo": "Org/Name", "language": "java"},
  {"id": "b", "repo": "org/name", "language": "java"},
  {"id": "a", "repo": "org/other", "language": "java"}
]`);
    expect(error.code).toBe("duplicate");
    expect(error.problems).toMatchObject([
      { line: 3, field: "[1].repo", message: '"org/name" is taken by [0] in line 2' },
      { line: 4, field: "[2].id", message: '"a" is taken by [0] in line 2' },
    ]);
  });

  it.each(["", "A", "-a", ".a", "a b", "a/b", "..", "a".repeat(61), "ä", "a\n"])(
    "refuses the id %j",
    (id) => {
      const error = problemsOf(JSON.stringify([{ id, repo: "o/n", language: "java" }]));
      expect(error.problems).toMatchObject([{ field: "[0].id" }]);
    },
  );

  it.each([
    "name",
    "o/",
    "/n",
    "o/n/m",
    "o n/m",
    "o/..",
    "-o/n",
    "o/n.git",
    "ö/n",
    "o/n\n",
    `${"o".repeat(40)}/n`,
  ])("refuses the repo %j", (repo) => {
    const error = problemsOf(JSON.stringify([{ id: "a", repo, language: "java" }]));
    expect(error.problems).toMatchObject([{ field: "[0].repo" }]);
  });

  it.each([
    "https://github.com/org/na.me",
    "git@github.com:org/na.me.git",
    "http://www.github.com/org/na.me/",
  ])("turns the address %s into owner/name in its advice", (repo) => {
    const error = problemsOf(JSON.stringify([{ id: "a", repo, language: "java" }]));
    expect(error.problems).toMatchObject([{ nextAct: 'Write "org/na.me".' }]);
  });

  it.each(["--upload-pack=x", "ext::sh -c id", "https://user:word@example.com/r.git", "a\nb", ""])(
    "refuses the upstream %j",
    (upstream) => {
      const error = problemsOf(JSON.stringify([{ id: "a", repo: "o/n", language: "java", upstream }]));
      expect(error.problems).toMatchObject([{ field: "[0].upstream" }]);
    },
  );

  it.each([
    "../repos/x",
    "/srv/git/x.git",
    "https://git.example.com/x",
    "git@example.com:x/y.git",
    "C:\\repos\\x",
  ])("takes the upstream %j", (upstream) => {
    const text = JSON.stringify([{ id: "a", repo: "o/n", language: "java", upstream }]);
    expect(parseProjectList(text, "p.json").projects[0]?.upstream).toBe(upstream);
  });

  it.each([
    "github",
    "GitHub",
    "git",
    "Git log",
    "github.com",
    "https://github.com/o",
    "GITHUB_API",
    "commit",
    "git-commits",
    "gh",
  ])("refuses a contact from %j and says why", (source) => {
    const error = problemsOf(withContact({ source }));
    expect(error.problems).toMatchObject([{ field: "[0].target_contact.source" }]);
    expect(error.message).toContain("acceptable-use");
  });

  it.each(["manual", "apollo", "Sumble", "company website", "digital fair"])(
    "takes a contact from %j",
    (source) => {
      expect(parseProjectList(withContact({ source }), "p.json").projects[0]?.target_contact?.source).toBe(
        source,
      );
    },
  );

  it.each([
    { email: "nobody" },
    { email: "a@b" },
    { email: "a@example.com\nBcc: b@example.com" },
    { email: "a@example.com\r\n" },
    { email: "a b@example.com" },
    { email: "A <a@example.com>" },
    { email: "" },
    { email: "todo" },
    { email: `${"a".repeat(250)}@example.com` },
    { name: "First\r\nBcc: b@example.com" },
    { name: "First\u2028Last" },
    { name: "" },
    { name: "…" },
    { name: 5 },
    { title: "C\u0000O" },
    { linkedin: "..." },
    { source: "" },
  ])("refuses %j in a contact", (contact) => {
    const field = Object.keys(contact)[0];
    expect(problemsOf(withContact(contact)).problems).toMatchObject([
      { field: `[0].target_contact.${field}` },
    ]);
  });

  it("never puts a control character of the file into its message", () => {
    const error = problemsOf(
      `[{"id": "\\u001b[2J\\u009b", "\\u001b]0;x\\u0007": 1, "repo": "o/n", "language": "\\u202ejava"}]`,
    );
    expect(error.problems).toHaveLength(3);
    expect(error.message.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it.each([-1, 1.5, "5200", "5.2k", 1e300])("refuses %j stars", (stars) => {
    const error = problemsOf(JSON.stringify([{ id: "a", repo: "o/n", language: "java", stars }]));
    expect(error.problems).toMatchObject([{ field: "[0].stars" }]);
  });
});
