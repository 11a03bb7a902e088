import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { treeState, writtenFile } from "./written-files.ts";

test("finds what a run has written into its tree", async () => {
  const root = mkdtempSync(join(tmpdir(), "written-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, "src/a.js"), "1");
  const before = await treeState(root);
  expect(writtenFile(before, await treeState(root))).toBe(null);
  writeFileSync(join(root, "src/cache.bin"), "x");
  expect(writtenFile(before, await treeState(root))).toBe("src/cache.bin");
});
