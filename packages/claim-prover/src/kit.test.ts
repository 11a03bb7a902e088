import { execFile } from "node:child_process";
import { cp, mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { promisify } from "node:util";

import { expect, onTestFinished, test } from "vitest";

import { PROVER_ENTRY, proverKit } from "./kit.ts";

const run = promisify(execFile);

test("runs alone where it is unpacked", async () => {
  const folder = await mkdtemp(join(tmpdir(), "prover-kit-"));
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
  const files = await proverKit();
  for (const { source, destination } of files) {
    expect(isAbsolute(source)).toBe(true);
    expect(isAbsolute(destination) || destination.startsWith("..")).toBe(false);
    await mkdir(dirname(join(folder, destination)), { recursive: true });
    await cp(source, join(folder, destination));
  }
  const request = join(folder, "request.json");
  await writeFile(request, JSON.stringify({ project: "p" }));
  const prove = run(
    process.execPath,
    [join(folder, PROVER_ENTRY), "prove", "--request", request, "--out", join(folder, "out")],
    {
      env: { PATH: process.env["PATH"] ?? "" },
    },
  );
  // All modules were found and loaded: what it complains of is the request.
  await expect(prove).rejects.toMatchObject({ code: 1, stderr: "repo must be a text, found nothing.\n" });
  await expect(run(process.execPath, [join(folder, PROVER_ENTRY), "prove"])).rejects.toMatchObject({
    code: 2,
  });
});

test("holds nothing that the machine does not need", async () => {
  const files = (await proverKit()).map(({ destination }) => destination);
  expect(files).toContain("machine/sample.sh");
  expect(files).toContain("node_modules/jstat/package.json");
  expect(files).toContain("node_modules/simple-statistics/package.json");
  expect(files.filter((file) => /test\.|zod|report\/|index\./.test(file))).toEqual([]);
});
