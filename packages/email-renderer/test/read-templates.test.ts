import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTemplates } from "@universe-optimize/email-renderer";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "uo-templates-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("email_*.md in their order, nothing else", async () => {
  for (const name of ["email_10_x.md", "email_2_x.md", "README.md", "email_3.txt", "my_email_1.md"])
    await writeFile(join(folder, name), "Subject: x\n\nHi");
  await mkdir(join(folder, "email_4_folder.md"));
  expect((await readTemplates(folder)).map((template) => template.name)).toEqual([
    "email_2_x.md",
    "email_10_x.md",
  ]);
});

test("a folder without templates, or none at all, is an error that says what to do", async () => {
  await expect(readTemplates(folder)).rejects.toMatchObject({
    code: "unreadable",
    file: folder,
    message: expect.stringContaining("Add a file like email_1_proof.md"),
  });
  await expect(readTemplates(join(folder, "none"))).rejects.toMatchObject({
    code: "unreadable",
    message: expect.stringContaining("Create it"),
  });
});

test("a template that is broken, too long or not UTF-8 is named", async () => {
  const path = join(folder, "email_1.md");
  await writeFile(path, "Hi");
  await expect(readTemplates(folder)).rejects.toMatchObject({
    code: "no_subject",
    file: "email_1.md",
    line: 1,
  });
  await writeFile(path, Buffer.from([0x53, 0xff, 0x0a]));
  await expect(readTemplates(folder)).rejects.toMatchObject({
    code: "unreadable",
    file: path,
    message: expect.stringContaining("UTF-8"),
  });
  await writeFile(path, "x".repeat(1_000_000));
  await expect(readTemplates(folder)).rejects.toMatchObject({ code: "limit", file: path });
});
