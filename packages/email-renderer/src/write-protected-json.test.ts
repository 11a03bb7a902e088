import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeProtectedJson } from "./write-protected-json.ts";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "uo-context-"));
  path = join(folder, "context.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const one = { first_name: "Ada", num_optimizations: 3 };
const two = { first_name: "Ada", num_optimizations: 4 };

test("a person's value survives every rebuild", async () => {
  expect(await writeProtectedJson({ path, value: one })).toEqual({
    kind: "written",
    value: one,
    edited: [],
    backupPath: null,
  });
  await writeFile(path, '{"first_name": "Augusta", "num_optimizations": 3}');
  const merged = { first_name: "Augusta", num_optimizations: 4 };
  expect(await writeProtectedJson({ path, value: two })).toEqual({
    kind: "merged",
    value: merged,
    edited: ["first_name"],
    backupPath: null,
  });
  expect(await readFile(path, "utf8")).toBe('{\n  "first_name": "Augusta",\n  "num_optimizations": 4\n}\n');
  expect(await writeProtectedJson({ path, value: two })).toMatchObject({
    kind: "unchanged",
    value: merged,
    edited: ["first_name"],
  });
  expect(await writeProtectedJson({ path, value: { ...two, first_name: "A." } })).toMatchObject({
    kind: "unchanged",
    value: merged,
  });
});

test("an untouched file is rewritten, an unchanged one left alone, an edited one replaced on request", async () => {
  await writeProtectedJson({ path, value: one });
  expect(await writeProtectedJson({ path, value: one })).toMatchObject({ kind: "unchanged" });
  expect(await writeProtectedJson({ path, value: two })).toMatchObject({ kind: "written" });
  await writeFile(path, "{}");
  const backupPath = join(folder, "context.bak-1.json");
  expect(await writeProtectedJson({ path, value: two, replace: true })).toEqual({
    kind: "replaced",
    value: two,
    edited: [],
    backupPath,
  });
  expect(await readFile(backupPath, "utf8")).toBe("{}");
});

test.each([
  ['{\n  "first_name": "Ada",\n}', 3],
  ['{\n  "first_name": Ada\n}', null],
  ["[]", null],
  ["null", null],
  ["", null],
])("%j is refused with its place and stays as it is", async (text, line) => {
  await writeProtectedJson({ path, value: one });
  await writeFile(path, text);
  await expect(writeProtectedJson({ path, value: two })).rejects.toMatchObject({
    code: "syntax",
    file: path,
    line,
  });
  expect(await readFile(path, "utf8")).toBe(text);
});
