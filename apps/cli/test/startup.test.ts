import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runToEnd } from "@universe-optimize/test-servers/crash";
import { expect, it } from "vitest";
import { MAIN, uo } from "./support/uo.ts";

/** Packages that only the commands that use them may load. */
const HEAVY = /node_modules\/(ssh2|node-ssh|tar-stream|liquidjs|execa|node-diff3|@azure|@octokit)\//;

it("loads no SDK for --version, --help and status", async () => {
  const folder = await mkdtemp(join(tmpdir(), "uo-startup-"));
  try {
    // Names every file that Node loads, on standard error.
    const trace = join(folder, "trace.mjs");
    await writeFile(
      trace,
      'import { registerHooks } from "node:module";\nregisterHooks({ load(url, context, next) { process.stderr.write(`loaded ${url}\\n`); return next(url, context); } });\n',
    );
    expect((await uo(folder, "init", "campaign", "--agent", "demo")).exitCode).toBe(0);
    expect((await uo(folder, "watch", "-C", "campaign")).exitCode).toBe(0);
    const loadedBy = async (...args: string[]): Promise<string[]> => {
      const run = await runToEnd({
        command: [process.execPath, "--import", trace, MAIN, ...args],
        cwd: folder,
      });
      expect(run.exitCode, run.stderr).toBe(0);
      return run.stderr.split("\n").filter((line) => line.startsWith("loaded "));
    };
    for (const args of [["--version"], ["--help"], ["status", "-C", "campaign"]])
      expect((await loadedBy(...args)).filter((line) => HEAVY.test(line))).toEqual([]);
    // The trace does see them where they are wanted.
    expect((await loadedBy("watch", "-C", "campaign")).some((line) => HEAVY.test(line))).toBe(true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
