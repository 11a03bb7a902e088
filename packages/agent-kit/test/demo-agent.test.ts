import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  buildKit,
  demoProjects,
  launchPlan,
  writeDemoUpstream,
  type DemoProject,
} from "@universe-optimize/agent-kit";
import { describe, expect, test } from "vitest";
import { briefOf, DEMO, environment, git, machine, temporaryFolder } from "./machine.ts";

const [javascript, python] = demoProjects();
if (javascript === undefined || python === undefined)
  throw new Error("two demonstration projects are expected");

interface Optimization {
  readonly commit: string;
  readonly function: string;
  readonly file: string;
  readonly cpu_speedup: string;
  readonly benchmark: { readonly file: string; readonly command: string };
}
interface Summary {
  readonly status: string;
  readonly error: string | null;
  readonly total_experiments: number;
  readonly total_keeps: number;
  readonly total_discards: number;
  readonly optimizations: readonly Optimization[];
}

async function ready(project: DemoProject) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const target = stack.use(await machine());
  const upstream = await writeDemoUpstream(project, path.join(folder.path, "upstream"));
  const brief = briefOf(project, upstream.head);
  await target.install(
    await buildKit(brief, { agent: DEMO, campaignDirectory: null, system: "check", cloneUrl: null }),
  );
  await target.bundle(upstream.path);
  const done = await target.bootstrap();
  expect(done.code, done.output).toBe(0);
  const results = path.join(target.home, "results");
  const summary = async (): Promise<Summary> =>
    JSON.parse(await readFile(path.join(results, "summary.json"), "utf8")) as Summary;
  const rows = async (): Promise<string[][]> =>
    (await readFile(path.join(results, "results.tsv"), "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
  const kept = stack.move();
  return {
    target,
    plan: launchPlan(brief, DEMO),
    head: upstream.head,
    folder: folder.path,
    results,
    summary,
    rows,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

describe("the demonstration agent", { timeout: 300_000 }, () => {
  test.each([
    [javascript, { "02-stem": "(a test fails with it)", "05-tokenize": "(its results differ" }],
    [python, { "02-normalise-path": "(a test fails with it)" }],
  ])("keeps what is faster and right, and says so of each: %o", async (project, refused) => {
    await using run = await ready(project);
    const done = await run.target.launch(run.plan);
    expect(done.code, done.output).toBe(0);
    const summary = await run.summary();
    expect(summary).toMatchObject({ status: "completed", error: null });
    // How many depends on how busy this computer is; what is kept must be right in every case.
    expect(summary.total_keeps).toBeGreaterThanOrEqual(1);
    expect(summary.total_keeps + summary.total_discards).toBe(summary.total_experiments);
    expect(summary.optimizations).toHaveLength(summary.total_keeps);

    // Each claim is one commit on the pushed branch, touches its file, and has its benchmark.
    const origin = path.join(run.target.home, "origin.git");
    const pushed = (await git(origin, "rev-list", `${run.head}..codeflash/optimize`)).split("\n");
    expect(summary.optimizations.map((claim) => claim.commit).toSorted()).toEqual(pushed.toSorted());
    for (const claim of summary.optimizations) {
      expect(await git(origin, "show", "--format=", "--name-only", claim.commit)).toBe(claim.file);
      expect(claim.cpu_speedup).toMatch(/^\d+\.\d\dx faster$/);
      expect(await readdir(path.join(run.results, "benchmarks"))).toContain(
        path.basename(claim.benchmark.file),
      );
    }
    const rows = await run.rows();
    expect(rows[0]?.join(" ")).toBe(
      "experiment status pattern target before after improvement timestamp commit",
    );
    expect(rows[1]?.[1]).toBe("baseline");
    expect(rows.every((row) => row.length === 9)).toBe(true);
    for (const [name, reason] of Object.entries(refused)) {
      const row = rows.find((cells) => cells[0] === name);
      expect(row?.[1]).toBe("discard");
      expect(row?.[6]).toContain(reason);
    }
    expect(await readFile(path.join(run.results, "HANDOFF.md"), "utf8")).toContain("## Discarded");
    expect(await run.target.git("status", "--porcelain")).toBe("");
    expect(await run.target.git("worktree", "list")).not.toContain("demo-agent");

    // Again: nothing is done twice.
    const again = await run.target.launch(run.plan);
    expect(again).toEqual({ code: 0, output: "demo-agent: this run has finished already\n" });
  });

  test("goes on where it was killed, and writes down what it has when it is stopped", async () => {
    await using run = await ready(javascript);
    // A git that ends the whole group before `apply --index`, or after `commit`, of the first change.
    const bin = path.join(run.folder, "bin");
    await mkdir(bin);
    const real = execFileSync("/bin/sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    const script = `#!/bin/sh
case "$KILL $*" in before*"apply --index"*) kill -9 0 ;; esac
${real} "$@"
code=$?
case "$KILL $*" in after*" commit "*) kill -9 0 ;; esac
exit $code
`;
    await writeFile(path.join(bin, "git"), script, { mode: 0o755 });
    const PATH = `${bin}:${environment("/")["PATH"]}`;
    const before = await run.target.launch(run.plan, { path: PATH, env: { KILL: "before" } });
    expect(before.code).toBe(null);
    expect(await run.target.git("rev-parse", "HEAD")).toBe(run.head);
    // The second process commits what the first had decided, and is killed before it can write that down.
    const after = await run.target.launch(run.plan, { path: PATH, env: { KILL: "after" } });
    expect(after).toEqual({ code: null, output: "" });
    expect(await run.target.git("rev-parse", "HEAD~1")).toBe(run.head);

    const stop = (text: string, kill: (signal: NodeJS.Signals) => void): void => {
      if (text.includes("04-rank: trying")) kill("SIGTERM");
    };
    const stopped = await run.target.launch(run.plan, { onOutput: stop });
    expect(stopped.code, stopped.output).toBe(143);
    expect(stopped.output).toContain("01-unique-terms: finished what was begun before");
    expect(stopped.output).not.toContain("01-unique-terms: trying");
    expect(await run.summary()).toMatchObject({ status: "plateaued", error: null });
    const rowsBefore = await run.rows();
    expect(rowsBefore.map((row) => row[0])).toContain("03-highlight");

    const finished = await run.target.launch(run.plan);
    expect(finished.code, finished.output).toBe(0);
    const summary = await run.summary();
    expect(summary.status).toBe("completed");
    const rows = await run.rows();
    expect(rows.slice(0, rowsBefore.length)).toEqual(rowsBefore);
    expect(new Set(rows.map((row) => row[0])).size).toBe(rows.length);
    const subjects = (await run.target.git("log", "--format=%s", `${run.head}..HEAD`)).split("\n");
    expect(new Set(subjects).size).toBe(subjects.length);
    expect(subjects).toHaveLength(summary.total_keeps);
  });

  test("a missing test tool is a failed run with a clear word, and can be started again", async () => {
    await using run = await ready(python);
    const bin = path.join(run.folder, "bin");
    await mkdir(bin);
    for (const tool of ["sh", "git", "cat", "mkdir"]) {
      await symlink(
        execFileSync("/bin/sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).trim(),
        path.join(bin, tool),
      );
    }
    await symlink(process.execPath, path.join(bin, "node"));
    const done = await run.target.launch(run.plan, { path: bin });
    expect(done.code, done.output).toBe(1);
    expect(await run.summary()).toMatchObject({
      status: "failed",
      error: "python3 is not on this machine; install it and start the run again",
      optimizations: [],
      total_keeps: 0,
    });
    const stop = (text: string, kill: (signal: NodeJS.Signals) => void): void => {
      if (text.includes("01-match: trying")) kill("SIGTERM");
    };
    expect((await run.target.launch(run.plan, { onOutput: stop })).code).toBe(143);
  });

  test("tests that fail before any change are a failed run", async () => {
    await using run = await ready(javascript);
    await run.target.git("rm", "-q", "src/rank.js");
    await run.target.git("commit", "-q", "-m", "Break it");
    const done = await run.target.launch(run.plan);
    expect(done.code).toBe(1);
    const summary = await run.summary();
    expect(summary.status).toBe("failed");
    expect(summary.error).toContain("the tests fail before any change");
  });
});
