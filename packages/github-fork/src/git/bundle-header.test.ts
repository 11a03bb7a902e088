import { mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { readBundleHeader, type BundleHeader } from "./bundle-header.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-header-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(content: string, size?: number): Promise<BundleHeader | string> {
  const path = join(folder, "file.bundle");
  await writeFile(path, content);
  if (size !== undefined) await truncate(path, size);
  await using file = await open(path);
  return await readBundleHeader(file);
}

const sha = "0123456789abcdef0123456789abcdef01234567";

test("reads refs, passes prerequisites over, and finds the pack", async () => {
  const head = `# v2 git bundle\n-${sha} Subject\n-${sha}\n${sha} refs/heads/a b\n`;
  expect(await read(`${head}\nPACK`)).toContain("not expected");
  const good = `# v3 git bundle\n@object-format=sha1\n-${sha} \n${sha} refs/heads/ü/x\n${sha} HEAD\n\n`;
  expect(await read(`${good}PACK`)).toEqual({
    refs: new Map([
      ["refs/heads/ü/x", sha],
      ["HEAD", sha],
    ]),
    packOffset: Buffer.byteLength(good),
  });
});

test("finds the end of a header that is longer than one read", async () => {
  const many = `# v2 git bundle\n${`-${sha} ${"x".repeat(500)}\n`.repeat(500)}${sha} refs/heads/a\n\n`;
  expect(await read(`${many}PACK`)).toMatchObject({ packOffset: many.length });
});

test.each([
  ["", "no complete"],
  ["# v2 git bundle\n", "no complete"],
  ["gitdir: /elsewhere\n\n", "no git bundle"],
  ["gitdir: /elsewhere\n", "no complete"],
  ["# v4 git bundle\n\nPACK", "no git bundle"],
  ["#!/bin/sh\n\n", "no git bundle"],
  [`# v3 git bundle\n@filter=blob:none\n${sha} HEAD\n\n`, "not expected"],
  [`# v3 git bundle\n@object-format=sha256\n\n`, "not expected"],
  [`# v2 git bundle\n${sha} ../../x\n\n`, "not expected"],
])("%j: %s", async (content, words) => {
  expect(await read(content)).toContain(words);
});

test("does not read on through gigabytes", async () => {
  expect(await read("# v2 git bundle\n", 3 * 1024 ** 3)).toContain("no complete");
});
