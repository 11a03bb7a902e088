import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { fileMemory, type ForkMemory, processMemory } from "./memory.ts";

let folder: string;
let now: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fork-memory-"));
  now = Date.now();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  ["process", (): ForkMemory => processMemory(() => now)],
  ["files", (): ForkMemory => fileMemory(join(folder, "memory"), () => now)],
])("%s: keeps until it expires", async (_, open) => {
  const memory = open();
  expect(await memory.get("a")).toBeNull();
  await memory.set("a", "one", 1000);
  await memory.set("a", "two", 1000);
  await memory.set("../b\n", "three", 5000);
  expect([await memory.get("a"), await memory.get("../b\n")]).toEqual(["two", "three"]);
  now += 1001;
  expect([await memory.get("a"), await memory.get("../b\n")]).toEqual([null, "three"]);
});

test("the process keeps no more than it needs", async () => {
  const memory = processMemory(() => now);
  for (let i = 0; i <= 2000; i++) await memory.set(String(i), "x", 1000);
  expect([await memory.get("0"), await memory.get("1"), await memory.get("2000")]).toEqual([null, "x", "x"]);
});

test("files outlive the process, damaged ones are forgotten, old ones go", async () => {
  await fileMemory(folder, () => now).set("a", "one", 1000);
  expect(await fileMemory(folder, () => now).get("a")).toBe("one");
  const [name = ""] = await readdir(folder);
  await writeFile(join(folder, name), '{"key":"a","val');
  expect(await fileMemory(folder, () => now).get("a")).toBeNull();
  await writeFile(join(folder, "left.tmp"), "");
  const old = new Date(now - 50 * 24 * 3_600_000);
  await utimes(join(folder, "left.tmp"), old, old);
  await fileMemory(folder, () => now).set("b", "two", 1000);
  expect(await readdir(folder)).not.toContain("left.tmp");
});
