import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeProtected } from "@universe-optimize/email-renderer";
import { expect, test } from "vitest";

const text = (count: number): string =>
  `Subject: ${count} PRs\n\nHi Ada,\n\n${count} commits.\n\nThanks,\nGrace\n`;
const edited = (count: number): string => text(count).replace("Hi Ada,", "Dear Ada,");

const writer = `
  const { writeProtected } = await import(process.argv[1]);
  const text = (count) => ${text.toString().replace(/^.*?=>/s, "")};
  for (let count = 2; ; count += 1) {
    await writeProtected({ path: process.argv[2], text: text(count) });
    if (count === 4) process.stdout.write("writing");
  }`;

test(
  "a writer that is killed again and again keeps the edit and the latest text",
  { timeout: 120_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "uo-sigkill-"));
    try {
      const path = join(folder, "email_1.md");
      await writeProtected({ path, text: text(1) });
      await writeFile(path, edited(1));
      for (const delayMs of [0, 3, 7, 12, 20]) {
        const child = spawn(
          process.execPath,
          [
            "--input-type=module",
            "-e",
            writer,
            import.meta.resolve("@universe-optimize/email-renderer"),
            path,
          ],
          {
            stdio: ["ignore", "pipe", "inherit"],
          },
        );
        await once(child.stdout, "data");
        await sleep(delayMs);
        child.kill("SIGKILL");
        await once(child, "exit");

        const found = await readFile(path, "utf8");
        const count = Number(/\d+/.exec(found)?.[0]);
        expect(count).toBeGreaterThan(1);
        expect(found).toBe(edited(count));
      }
      await writeProtected({ path, text: text(1_000_000) });
      expect(await readFile(path, "utf8")).toBe(edited(1_000_000));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
