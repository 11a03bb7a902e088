import { mkdir, mkdtemp, readdir, readFile, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readGenerated } from "./generated-file.ts";
import { generatedPath } from "./generated-path.ts";
import { writeProtected } from "./write-protected.ts";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "uo-drafts-"));
  path = join(folder, "emails", "email_1_proof.md");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const first = "Subject: 3 PRs\n\nHi Ada,\n\n3 commits.\n\nThanks,\nGrace\n";
const second = first.replaceAll("3", "4");
const aside = (): string => join(folder, "emails", "email_1_proof.new.md");

function write(text: string, replace = false): ReturnType<typeof writeProtected> {
  return writeProtected({ path, text, replace });
}
const draft = (): Promise<string> => readFile(path, "utf8");
const names = async (): Promise<string[]> => (await readdir(join(folder, "emails"))).toSorted();

test("a draft is written, rewritten while nobody touched it, and left alone when nothing is new", async () => {
  expect(await write(first)).toEqual({ kind: "written" });
  expect(await write(first)).toEqual({ kind: "unchanged" });
  expect(await write(second)).toEqual({ kind: "written" });
  expect(await draft()).toBe(second);
  expect(await readGenerated(path)).toBe(second);
  expect(await names()).toEqual([".generated", "email_1_proof.md"]);
  expect(await readdir(join(folder, "emails", ".generated"))).toEqual(["email_1_proof.md"]);
});

test("edits are merged with news, again and again", async () => {
  await write(first);
  await writeFile(path, first.replace("Hi Ada,", "Dear Ada,"));
  expect(await write(first)).toEqual({ kind: "unchanged" });
  expect(await write(second)).toEqual({ kind: "merged" });
  expect(await draft()).toBe(second.replace("Hi Ada,", "Dear Ada,"));
  expect(await write(second)).toEqual({ kind: "unchanged" });
  expect(await write(first)).toEqual({ kind: "merged" });
  expect(await draft()).toBe(first.replace("Hi Ada,", "Dear Ada,"));
});

test("an edit that is undone is none", async () => {
  await write(first);
  await writeFile(path, first.replace("Ada", "Eve"));
  await writeFile(path, first);
  expect(await write(second)).toEqual({ kind: "written" });
});

test("the person's edit becoming the new text is no conflict", async () => {
  await write(first);
  await writeFile(path, second);
  expect(await write(second)).toEqual({ kind: "unchanged" });
  expect(await write(first)).toEqual({ kind: "written" });
});

test("a conflict leaves the draft, and lasts until the person removes the .new.md", async () => {
  await write(first);
  const edited = first.replace("3 commits.", "A few commits.");
  await writeFile(path, edited);
  expect(await write(second)).toEqual({ kind: "conflict", asidePath: aside() });
  expect([await draft(), await readFile(aside(), "utf8")]).toEqual([edited, second]);
  expect(await write(second)).toEqual({ kind: "conflict", asidePath: aside() });
  expect(await names()).toEqual([".generated", "email_1_proof.md", "email_1_proof.new.md"]);
  expect(await readGenerated(path)).toBe(first);

  await unlink(aside());
  expect(await readGenerated(path)).toBe(second);
  expect(await write(second)).toEqual({ kind: "unchanged" });
  expect(await draft()).toBe(edited);
  // From now on the edit is told from the second text.
  expect(await write(second.replace("Grace", "Joan"))).toEqual({ kind: "merged" });
  expect(await draft()).toBe(edited.replace("Grace", "Joan"));
});

test("a conflict that goes away takes its .new.md along, unless a person wrote in it", async () => {
  await write(first);
  await writeFile(path, first.replace("3 commits.", "A few commits."));
  await write(second);
  expect(await write(first)).toEqual({ kind: "unchanged" });
  expect(await names()).toEqual([".generated", "email_1_proof.md"]);

  await write(second);
  await writeFile(aside(), "notes of mine");
  await write(first);
  expect(await names()).toEqual([".generated", "email_1_proof.bak-1.md", "email_1_proof.md"]);
  expect(await readFile(join(folder, "emails", "email_1_proof.bak-1.md"), "utf8")).toBe("notes of mine");
});

test("replace overwrites an edit after a backup, and only an edit needs one", async () => {
  await write(first);
  expect(await write(second, true)).toEqual({ kind: "written" });
  for (const n of [1, 2]) {
    await writeFile(path, `mine ${n}`);
    const backupPath = join(folder, "emails", `email_1_proof.bak-${n}.md`);
    expect(await write(second, true)).toEqual({ kind: "replaced", backupPath });
    expect([await draft(), await readFile(backupPath, "utf8")]).toEqual([second, `mine ${n}`]);
  }
  expect(await write(second, true)).toEqual({ kind: "unchanged" });
});

test("replace ends a conflict", async () => {
  await write(first);
  await writeFile(path, "mine");
  await write(second);
  expect(await write(second, true)).toMatchObject({ kind: "replaced" });
  expect(await names()).toEqual([".generated", "email_1_proof.bak-1.md", "email_1_proof.md"]);
});

test("a draft that was removed is written again; a file of unknown origin counts as edited", async () => {
  await write(first);
  await unlink(path);
  expect(await write(first)).toEqual({ kind: "written" });

  await rm(join(folder, "emails", ".generated"), { recursive: true });
  expect(await write(second)).toEqual({ kind: "conflict", asidePath: aside() });
  expect(await draft()).toBe(first);
  await writeFile(path, second);
  expect(await write(second)).toEqual({ kind: "unchanged" });
  expect(await readGenerated(path)).toBe(second);
});

test("a base given by the caller counts, null means unknown", async () => {
  await mkdir(join(folder, "emails"));
  await writeFile(path, first);
  expect(await writeProtected({ path, text: second, base: null })).toMatchObject({ kind: "conflict" });
  expect(await writeProtected({ path, text: second, base: first })).toEqual({ kind: "written" });
  expect(await readGenerated(path)).toBe(second);
});

test("an editor's CRLF and byte order mark are no edit; another encoding is, and is kept byte for byte", async () => {
  await write(first);
  await writeFile(path, `\uFEFF${first.replaceAll("\n", "\r\n")}`);
  expect(await write(second)).toEqual({ kind: "written" });
  const latin = Buffer.from([0x5a, 0x6f, 0xeb, 0x0a]);
  await writeFile(path, latin);
  expect(await write(first)).toMatchObject({ kind: "conflict" });
  expect(await readFile(path)).toEqual(latin);
  expect(await write(first, true)).toMatchObject({ kind: "replaced" });
  expect(await readFile(join(folder, "emails", "email_1_proof.bak-1.md"))).toEqual(latin);
});

test("links and folders are refused, and nothing is written through them", async () => {
  const outside = join(folder, "outside.md");
  await writeFile(outside, "private");
  await mkdir(join(folder, "emails"));
  await symlink(outside, path);
  await expect(write(first)).rejects.toMatchObject({ code: "unreadable", file: path });
  await unlink(path);
  await mkdir(path);
  await expect(write(first)).rejects.toMatchObject({ code: "unreadable" });
  await rm(path, { recursive: true });
  await rm(join(folder, "emails", ".generated"), { recursive: true });
  await symlink(folder, join(folder, "emails", ".generated"));
  await expect(write(first)).rejects.toMatchObject({ code: "unwritable" });
  expect(await readFile(outside, "utf8")).toBe("private");
});

test("a link in the aside's place is refused", async () => {
  await write(first);
  await writeFile(path, "mine");
  await symlink(join(folder, "elsewhere"), aside());
  await expect(write(second)).rejects.toMatchObject({ code: "unreadable", file: aside() });
  expect(await draft()).toBe("mine");
});

test("huge drafts are refused, and long ones are not compared for hours", { timeout: 60_000 }, async () => {
  await write(first);
  await writeFile(path, "x".repeat(2_000_000));
  await expect(write(second)).rejects.toMatchObject({ code: "limit" });
  await writeFile(path, "\n".repeat(500_000));
  expect(await write(second)).toMatchObject({ kind: "conflict" });
});

test("the record lies in .generated beside the file", () => {
  expect(generatedPath("/a/emails/email_1.md")).toBe("/a/emails/.generated/email_1.md");
});
