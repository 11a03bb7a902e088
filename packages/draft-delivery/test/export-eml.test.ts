import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportEml } from "@universe-optimize/draft-delivery";
import { afterEach, beforeEach, expect, test } from "vitest";
import { mail } from "./mails.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "export-eml-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("the message lies beside its draft, whole, also the second time", async () => {
  const draft = join(folder, "email_1_proof.md");
  const [first, second] = [await mail(), await mail({ body: "Other\n" })];
  const path = await exportEml(draft, first.eml);
  expect(path).toBe(join(folder, "email_1_proof.eml"));
  expect(await exportEml(draft, second.eml)).toBe(path);
  expect(await readFile(path, "latin1")).toBe(second.eml);
  expect(await readdir(folder)).toEqual(["email_1_proof.eml"]);
});

test("a link or folder in its place is not touched", async () => {
  const { eml } = await mail();
  await writeFile(join(folder, "precious"), "precious");
  await symlink(join(folder, "precious"), join(folder, "email_1.eml"));
  await mkdir(join(folder, "email_2.eml"));
  for (const name of ["email_1.md", "email_2.md"])
    await expect(exportEml(join(folder, name), eml)).rejects.toMatchObject({
      name: "DeliveryError",
      code: "unwritable",
    });
  await expect(exportEml(join(folder, "missing", "email_1.md"), eml)).rejects.toMatchObject({
    code: "unwritable",
  });
  expect(await readFile(join(folder, "precious"), "utf8")).toBe("precious");
  expect((await readdir(folder)).toSorted()).toEqual(["email_1.eml", "email_2.eml", "precious"]);
});
