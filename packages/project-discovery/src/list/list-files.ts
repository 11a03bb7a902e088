import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { DiscoveryError } from "../errors.ts";
import type { DiscoveredProject, DiscoveryList } from "./discovery-list.ts";
import { toCsv, toMarkdown } from "./render-list.ts";

/** Writes `candidates.json`, `.csv` and `.md` into the folder, each whole or not at all. Returns the JSON file. */
export async function writeDiscoveryList(folder: string, list: DiscoveryList): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, "candidates.json");
  await replace(join(folder, "candidates.csv"), toCsv(list));
  await replace(join(folder, "candidates.md"), toMarkdown(list));
  await replace(file, `${JSON.stringify(list, null, 2)}\n`);
  return file;
}

const line = z.string().max(2000);
const project = z.object({
  number: z.int().min(1),
  repo: line,
  language: z.enum(["python", "javascript", "typescript", "java"]),
  stars: z.int().min(0),
  pushedAt: line,
  description: line,
  license: line.nullable(),
  company: line.nullable(),
  website: line.nullable(),
  companyDomain: line.nullable(),
  employees: z.int().min(0).nullable(),
  domain: line.nullable(),
  score: z.number(),
  reasons: z.array(line).max(50),
}) satisfies z.ZodType<DiscoveredProject>;

/**
 * The projects of a `candidates.json`.
 *
 * @throws DiscoveryError `invalid`: the file is missing or no such list
 */
export async function readDiscoveredProjects(file: string): Promise<readonly DiscoveredProject[]> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new DiscoveryError(
      "invalid",
      `${file} cannot be read (${(error as Error).message}). Name the candidates.json that 'uo discover' wrote.`,
      { cause: error },
    );
  }
  const read = z.object({ version: z.literal(1), projects: z.array(project) }).safeParse(value);
  if (read.success) return read.data.projects;
  const [issue] = read.error.issues;
  throw new DiscoveryError(
    "invalid",
    `${file} is no list of candidates: ${issue?.path.join(".")}: ${issue?.message}. Run 'uo discover' again.`,
  );
}

/**
 * The projects that a person names: `3,7`, `1-10,15` or `all`, by their numbers.
 *
 * @throws DiscoveryError `invalid`: no such number
 */
export function pickProjects(projects: readonly DiscoveredProject[], picks: string): DiscoveredProject[] {
  if (picks.trim().toLowerCase() === "all") return [...projects];
  const wanted = new Set<number>();
  for (const pick of picks.split(",").map((part) => part.trim())) {
    const match = /^(\d{1,6})(?:-(\d{1,6}))?$/u.exec(pick);
    const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (match === null || from < 1 || to < from || to > projects.length)
      throw new DiscoveryError(
        "invalid",
        `'${pick}' is no pick: give numbers from 1 to ${projects.length}, such as 3,7 or 1-10, or all.`,
      );
    for (let number = from; number <= to; number += 1) wanted.add(number);
  }
  return projects.filter(({ number }) => wanted.has(number));
}

async function replace(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `.candidates-${randomUUID()}.tmp`);
  try {
    {
      await using handle = await open(temporary, "wx");
      await handle.writeFile(text);
      await handle.sync();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
