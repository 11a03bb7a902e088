import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_CRITERIA } from "../search/criteria.ts";
import type { DiscoveredProject, DiscoveryList } from "./discovery-list.ts";
import { pickProjects, readDiscoveredProjects, writeDiscoveryList } from "./list-files.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "list-files-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const project = (number: number, more: Partial<DiscoveredProject> = {}): DiscoveredProject => ({
  number,
  repo: `acme/fast-${number}`,
  language: "python",
  stars: 5200,
  pushedAt: "2026-05-29T00:00:00.000Z",
  description: "A database",
  license: "MIT",
  company: "Acme",
  website: "https://example.com",
  companyDomain: "example.com",
  employees: null,
  domain: "database",
  score: 70,
  reasons: ["5,200 stars.", "Last push 3 days before the search."],
  ...more,
});

const list = (...projects: DiscoveredProject[]): DiscoveryList => ({
  version: 1,
  criteria: DEFAULT_CRITERIA,
  asOf: "2026-06-01T00:00:00.000Z",
  complete: false,
  requests: 10,
  seen: 1200,
  rejected: { no_ci: 3 },
  warnings: ["Some are missing."],
  projects,
});

test("writes three files that say the same, and reads the first", async () => {
  const all = list(project(1), project(2));
  const file = await writeDiscoveryList(folder, all);
  await writeDiscoveryList(folder, all);
  expect((await readdir(folder)).toSorted()).toEqual(["candidates.csv", "candidates.json", "candidates.md"]);
  expect(await readDiscoveredProjects(file)).toEqual(all.projects);
  const text = await readFile(join(folder, "candidates.md"), "utf8");
  for (const part of [
    "2 of 1,200",
    "no ci 3",
    "not finished",
    "Some are missing",
    "acme/fast-2",
    "- 5,200 stars.",
  ])
    expect(text).toContain(part);
});

test("a stranger's text is no formula, no markup and no link", async () => {
  const description =
    '=HYPERLINK("http://example.com","x"), <script>alert(1)</script> [x](https://example.com) `a`';
  await writeDiscoveryList(folder, list(project(1, { description, company: "+1,2" })));
  const csv = await readFile(join(folder, "candidates.csv"), "utf8");
  expect(csv).toContain(`"'=HYPERLINK(""http`);
  expect(csv).toContain(`"'+1,2"`);
  expect(csv.split("\r\n")).toHaveLength(3);
  const text = await readFile(join(folder, "candidates.md"), "utf8");
  expect(text).not.toMatch(/(?<!\\)(?:<script|\]\(http|`a)/);
});

describe("pickProjects", () => {
  const projects = Array.from({ length: 12 }, (_, index) => project(index + 1));

  test.each([
    ["3,7", [3, 7]],
    ["1-3, 2, 12", [1, 2, 3, 12]],
    ["all", projects.map(({ number }) => number)],
  ])("%s", (picks, numbers) => {
    expect(pickProjects(projects, picks).map(({ number }) => number)).toEqual(numbers);
  });

  test.each(["", "0", "13", "3-1", "a", "1,,2", "-1", "1-13"])("refuses %j", (picks) => {
    expect(() => pickProjects(projects, picks)).toThrow("from 1 to 12");
  });
});

test.each(["{", "[]", '{"version":2,"projects":[]}', '{"version":1,"projects":[{"number":1}]}'])(
  "refuses a file that holds %s",
  async (text) => {
    const file = join(folder, "x.json");
    await writeFile(file, text);
    await expect(readDiscoveredProjects(file)).rejects.toMatchObject({ code: "invalid" });
    await expect(readDiscoveredProjects(join(folder, "none.json"))).rejects.toThrow("uo discover");
  },
);
