import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openAppendLog, readAppendLog } from "./append-log.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "append-log-"));
  file = join(folder, "deep", "journal.jsonl");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("gives back what was appended, in order", async () => {
  {
    await using log = await openAppendLog(file);
    for (let n = 0; n < 100; n += 1) await log.append({ n });
    expect(log.lines).toEqual([]);
  }
  await using log = await openAppendLog(file);
  expect(log.lines).toHaveLength(100);
  expect(log.lines[99]).toEqual({ n: 99 });
});

test("cuts a torn line off, wherever it was torn", async () => {
  const torn = Buffer.from('{"name":"zwölf"}\n');
  for (let cut = 1; cut < torn.length; cut += 1) {
    await rm(file, { force: true });
    {
      await using log = await openAppendLog(file);
      await log.append({ n: 1 });
    }
    await appendFile(file, torn.subarray(0, cut));
    expect(await readAppendLog(file)).toEqual([{ n: 1 }]);
    await using log = await openAppendLog(file);
    expect(log.lines).toEqual([{ n: 1 }]);
    await log.append({ n: 2 });
    expect(await readFile(file, "utf8")).toBe('{"n":1}\n{"n":2}\n');
  }
});

test("refuses a file that is damaged in the middle, and names the line", async () => {
  {
    await using log = await openAppendLog(file);
    await log.append({ n: 1 });
  }
  await appendFile(file, 'oops\n{"n":2}\n');
  await expect(openAppendLog(file)).rejects.toMatchObject({
    code: "damaged",
    message: expect.stringContaining(":2 "),
  });
  await expect(stat(`${file}.lock`)).rejects.toThrow("ENOENT");
});

test("is for one process at a time; takes over from one that is gone", async () => {
  {
    await using log = await openAppendLog(file);
    expect(log.lines).toEqual([]);
    await expect(openAppendLog(file)).rejects.toMatchObject({ code: "busy", retryable: true });
  }
  await writeFile(`${file}.lock`, "999999999");
  await using log = await openAppendLog(file);
  expect(log.lines).toEqual([]);
  expect(await readFile(`${file}.lock`, "utf8")).toBe(String(process.pid));
});

test("reads a file that does not exist as empty", async () => {
  expect(await readAppendLog(file)).toEqual([]);
});
