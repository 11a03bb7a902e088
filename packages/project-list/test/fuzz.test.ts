import { nextProjectId, parseProjectList, ProjectListError } from "@universe-optimize/project-list";
import fc from "fast-check";
import { expect, it } from "vitest";

function parses(text: string): boolean {
  try {
    const { projects } = parseProjectList(text, "projects.json");
    expect(new Set(projects.map(({ id }) => id)).size).toBe(projects.length);
    expect(projects.map(({ id }) => id)).not.toContain(nextProjectId({ projects }));
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ProjectListError);
    const { problems, message } = error as ProjectListError;
    expect(problems.length).toBeGreaterThan(0);
    expect(message.split("\n")).toHaveLength(problems.length);
    const lines = text.split(/\r\n|\r|\n/u).length;
    for (const { line, column } of problems) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines);
      expect(column).toBeGreaterThanOrEqual(1);
    }
    return false;
  }
}

it("throws nothing but its own error for any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      parses(text);
    }),
  );
});

it("throws nothing but its own error for any JSON", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      parses(text);
    }),
  );
});

const word = fc.oneof(
  fc.constantFrom(
    "a",
    "b",
    "org/name",
    "Org/Name",
    "python",
    "java",
    "...",
    "github",
    "first.last@example.com",
    "",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const value = fc.oneof({ weight: 5, arbitrary: word }, fc.jsonValue({ maxDepth: 1 }));
const contact = fc.record(
  {
    name: value,
    title: value,
    email: value,
    linkedin: value,
    source: value,
    ["__proto__" as string]: value,
  },
  { requiredKeys: [] },
);
const entry = fc.record(
  {
    id: value,
    repo: value,
    upstream: value,
    language: value,
    stars: value,
    description: value,
    target_contact: fc.oneof(contact, value),
    constructor: value,
    why_selected: value,
  },
  { requiredKeys: [] },
);

it("throws nothing but its own error for what is nearly a list of projects, laid out in any way", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 4 }), fc.constantFrom(undefined, 2, "\t"), (entries, space) => {
      parses(JSON.stringify(entries, null, space));
    }),
    { numRuns: 300 },
  );
});

it("throws nothing but its own error for a list that was cut off or damaged anywhere", () => {
  const text = JSON.stringify(
    [
      {
        id: "a",
        repo: "o/n",
        language: "java",
        target_contact: { name: "First Last", title: "CTO" },
      },
      { id: "b", repo: "o/m", language: "python" },
    ],
    null,
    2,
  );
  expect(parses(text)).toBe(true);
  fc.assert(
    fc.property(
      fc.nat(text.length),
      fc.nat(5),
      fc.string({ unit: "binary", maxLength: 3 }),
      (at, gone, put) => {
        parses(text.slice(0, at) + put + text.slice(at + gone));
      },
    ),
    { numRuns: 300 },
  );
});
