import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { caches, type Side } from "../build/make-side.ts";
import type { ProofContext } from "../claim/context.ts";
import type { ProjectCommands } from "../build/find-commands.ts";
import { parseJest, parseJunit, parseTap, parseUnittest, type TestStates } from "./parse-reports.ts";

export interface TestRun {
  readonly exitCode: number;
  readonly timedOut: boolean;
  /** Empty where the runner names no tests. */
  readonly states: TestStates;
}

const MAX_REPORT_BYTES = 64 * 2 ** 20;

/** Runs a side's tests once, without a network. The side may be changed by them, so nothing is measured on it afterwards. */
export async function runTests(
  context: ProofContext,
  side: Side,
  test: NonNullable<ProjectCommands["test"]>,
  signal: AbortSignal,
): Promise<TestRun> {
  const share = join(context.request.workDir, "share");
  const reports = join(side.tree, "o");
  await mkdir(reports, { recursive: true });
  await context.sandbox.own(reports);
  const report = join(reports, `${Date.now()}`);
  const outcome = await context.sandbox.run(
    {
      command: test.command.replaceAll("{report}", report),
      tree: side.tree,
      cwd: side.root,
      share,
      env: { ...side.env, ...caches(share) },
      writable: true,
      network: false,
      timeoutMs: context.settings.testMinutes * 60_000,
      outputBytes: 8 * 2 ** 20,
    },
    signal,
  );
  return {
    exitCode: outcome.exitCode,
    timedOut: outcome.timedOut,
    states: await states(side, test.report, report, outcome),
  };
}

async function states(
  side: Side,
  kind: NonNullable<ProjectCommands["test"]>["report"],
  report: string,
  outcome: { readonly stdout: string; readonly stderr: string },
): Promise<TestStates> {
  try {
    switch (kind) {
      case "junit":
        return parseJunit(await readReport(report));
      case "jest":
        return parseJest(await readReport(report), side.root);
      case "unittest":
        return parseUnittest(outcome.stderr);
      case "tap":
        return parseTap(outcome.stdout);
      case "surefire":
        return await readFolders(side.root, /(^|\/)target\/(surefire|failsafe)-reports\/TEST-[^/]*\.xml$/);
      case "gradle":
        return await readFolders(side.root, /(^|\/)build\/test-results\/.*\.xml$/);
      case "exit":
        return new Map();
    }
  } catch {
    // No report, or none that can be read: the exit status is all there is.
    return new Map();
  }
}

async function readReport(path: string): Promise<string> {
  if ((await stat(path)).size > MAX_REPORT_BYTES) throw new Error("The report is too large.");
  return await readFile(path, "utf8");
}

async function readFolders(root: string, expression: RegExp): Promise<TestStates> {
  const names = (await readdir(root, { recursive: true })).filter((name) => expression.test(name));
  const texts = await Promise.all(
    names.slice(0, 5000).map(async (name) => await readReport(join(root, name)).catch(() => "")),
  );
  return parseJunit(texts.join("\n"));
}
