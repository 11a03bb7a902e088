import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { temporaryFolder } from "./temporary-folder.ts";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "temporary-"));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

test("is inside the parent, and goes with all it holds", async () => {
  {
    await using folder = await temporaryFolder(join(parent, "new"));
    await writeFile(join(folder.path, "file"), "");
    expect(await readdir(join(parent, "new"))).toHaveLength(1);
  }
  expect(await readdir(join(parent, "new"))).toEqual([]);
});

test("clears up after processes that are gone, and leaves the living and the strange alone", async () => {
  await using living = await temporaryFolder(parent);
  const gone = spawnSync(process.execPath, ["--eval", "0"]).pid;
  const own = living.path.slice(parent.length + 1);
  const orphan = own.replace(`-${process.pid}-`, `-${gone}-`);
  const elsewhere = `.universe-tmp-another.computer-${gone}-abcdef`;
  for (const name of [orphan, elsewhere, "app.git"])
    await mkdir(join(parent, name, "inside"), { recursive: true });
  await using second = await temporaryFolder(parent);
  const left = await readdir(parent);
  expect(left.toSorted()).toEqual(
    [own, elsewhere, "app.git", second.path.slice(parent.length + 1)].toSorted(),
  );
});
