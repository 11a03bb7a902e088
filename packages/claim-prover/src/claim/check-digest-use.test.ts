import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { randomFrom } from "../stats/random.ts";
import { checkDigestUse } from "./check-digest-use.ts";
import type { ClaimSteps } from "./claim-steps.ts";

/* A real program in a real folder, run without a sandbox. */

async function stepsFor(module: string, digest: string, name = "weigh"): Promise<ClaimSteps> {
  const folder = await mkdtemp(join(tmpdir(), "digest-use-"));
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
  const root = await mkdtemp(join(folder, "side"));
  await writeFile(join(root, "ledger.py"), module);
  await writeFile(
    join(folder, "run.py"),
    `import os, random, sys
sys.path.insert(0, os.getcwd())
from ledger import *
rng = random.Random(int(os.environ["UNIVERSE_SEED"]))
rows = [rng.randrange(10 ** 6) for _ in range(9)]
print(${digest})
`,
  );
  const run = async (task: {
    command: string;
    cwd: string;
    env: Record<string, string>;
  }): Promise<unknown> => {
    const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", task.command], {
      cwd: task.cwd,
      env: { PATH: process.env["PATH"] ?? "", ...task.env },
      encoding: "utf8",
    });
    return { exitCode: status, timedOut: false, stdout, stderr, outputCut: false, seconds: 1, left: 0 };
  };
  return {
    context: { random: randomFrom(1) },
    claim: { file: "ledger.py", function: name },
    findings: { scale: 20 },
    measure: {
      sandbox: { run },
      workload: { command: `python3 ${join(folder, "run.py")}`, bench: null },
      timeoutMs: 60_000,
    },
    say: () => undefined,
    build: async () => ({
      commit: "a",
      tree: root,
      root,
      env: {},
      [Symbol.asyncDispose]: async () => undefined,
    }),
  } as unknown as ClaimSteps;
}

const list = "def weigh(rows):\n    return [row * 2 for row in rows]\n";

test.each<[string, string, string, RegExp | null]>([
  ["the whole result", list, "sum(weigh(rows)) * 7919 % 1000003", null],
  ["the inputs only", list, "(weigh(rows), sum(rows))[1]", /returns is made wrong/],
  ["the length", list, "len(weigh(rows)) + sum(rows)", /the last part of what weigh returns/],
  ["the first part", list, "weigh(rows)[0] + sum(rows)", /the last part of what weigh returns/],
  ["nothing, for it is not called", list, "sum(rows)", null],
  ["what it changes", "def weigh(rows):\n    rows.sort()\n", "(weigh(rows), rows)[1]", null],
  ["an object", "def weigh(rows):\n    return object()\n", "(weigh(rows), sum(rows))[1]", null],
  [
    "what makes it fail",
    "def weigh(rows):\n    return {'total': sum(rows)}\n",
    "1 // (weigh(rows)['total'] == sum(rows))",
    null,
  ],
])("a digest of %s", async (_name, module, digest, explanation) => {
  const ruling = await checkDigestUse(await stepsFor(module, digest), "a");
  if (explanation === null) expect(ruling).toBeNull();
  else
    expect(ruling).toMatchObject({
      reason: "workload_failed",
      explanation: expect.stringMatching(explanation),
    });
});

test("a name that is no function's says nothing", async () => {
  expect(await checkDigestUse(await stepsFor(list, "sum(rows)", "the hot loop"), "a")).toBeNull();
});
