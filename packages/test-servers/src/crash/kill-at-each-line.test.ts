import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { killAtEachLine } from "./kill-at-each-line.ts";

// Writes a file, says so, goes on; waits long after the step where it is to be killed.
const program = `
const { writeFileSync } = require("fs");
const step = (i) => {
  if (i === 3) return;
  writeFileSync(process.argv[1] + "/" + i, "");
  console.log("noise\\nwrote " + i);
  setTimeout(step, process.argv[2] === String(i) ? 60000 : 0, i + 1);
};
step(0);`;

test("kills once at every matching line", async () => {
  const folder = await mkdtemp(join(tmpdir(), "crash-points-"));
  const folders: string[] = [];
  const fresh = async (index: number | null) => {
    const own = await mkdtemp(join(folder, `run-${index}-`));
    folders.push(own);
    const killedAfter = String(index);
    const command: [string, ...string[]] = [process.execPath, "--eval", program, own, killedAfter];
    return { command };
  };
  try {
    const found: [string, boolean, string[]][] = [];
    for await (const { index, line, run } of killAtEachLine(fresh, (text) => text.startsWith("wrote"))) {
      found.push([line, run.killed, await readdir(folders[index + 1] ?? "")]);
    }
    expect(found).toEqual([
      ["wrote 0", true, ["0"]],
      ["wrote 1", true, ["0", "1"]],
      ["wrote 2", true, ["0", "1", "2"]],
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("refuses to count the lines of a run that fails", async () => {
  const command: [string, ...string[]] = [process.execPath, "--eval", "process.exit(4)"];
  const points = killAtEachLine(() => ({ command }));
  await expect(points.next()).rejects.toThrow("exit code 4");
});
