import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeProtectedJson } from "@universe-optimize/email-renderer";
import { afterEach, beforeEach, expect, it } from "vitest";
import { campaignPaths, projectPaths } from "../campaign/campaign-paths.ts";
import { knownFigures } from "./known-figures.ts";

const ID = "project-001";
const NAME = "email_1_proof.md";
const sender = { name: "Codeflash", email: null, postalAddress: "1 Example Street", optOut: "Say no" };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "figures-"));
  await mkdir(join(folder, "email_templates"));
  await mkdir(join(folder, "results", ID), { recursive: true });
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const known = async (name = NAME): Promise<readonly string[] | null> =>
  (await knownFigures(campaignPaths(folder), ID, sender))?.(name).toSorted() ?? null;
const template = (body: string): Promise<void> =>
  writeFile(join(folder, "email_templates", NAME), `Subject: About {repo}\n\n${body}\n`);

it("knows what was built, what the template says itself, and a unit that it puts to a number", async () => {
  const path = projectPaths(campaignPaths(folder), ID).context;
  expect(await known()).toBeNull();
  await template("{best_speedup}, {total_cpu_improvement_pct}% less, {note}. Others stop at 10%.");
  const value = { repo: "acme/sum", best_speedup: "3.1x faster", total_cpu_improvement_pct: 34 };
  await writeProtectedJson({ path, value });
  await writeFile(path, JSON.stringify({ ...value, best_speedup: "9x faster", note: "and 7x in one case" }));
  expect(await known()).toEqual(["10%", "3.1x", "34%"]);
  expect(await known("email_9_gone.md")).toEqual(["3.1x"]);
  // A template or a context that is being edited takes nothing away from what was built.
  await template("{% broken");
  await writeFile(path, "{");
  expect(await known()).toEqual(["3.1x"]);
  await rm(join(folder, "email_templates"), { recursive: true });
  expect(await known()).toEqual(["3.1x"]);
});
