import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { codeKind } from "../guards/code-text.ts";
import { drawSeed } from "../stats/random.ts";
import { runSample, WorkloadFailure } from "../workload/run-sample.ts";
import type { ClaimSteps } from "./claim-steps.ts";
import type { Ruling } from "./ruling.ts";
import { spoiler, type Spoiling } from "./spoil-results.ts";

/**
 * Spoils what the claimed function returns, on the parent's side, and expects another digest: one that stays the same proves nothing of
 * the results. Null: it changes, or the function cannot be spoiled from outside (no such name, a result that cannot be changed), or
 * the benchmark fails, which also tells the difference.
 */
export async function checkDigestUse(steps: ClaimSteps, parent: string): Promise<Ruling | null> {
  const { context, claim, findings, measure, say } = steps;
  const file = claim.file.replace(/^\.\//, "");
  const kind = codeKind(file);
  if (kind === null || file.split("/").includes("..")) return null;
  const scale = Math.max(1, Math.round(findings.scale / 20));
  const seed = drawSeed(context.random);
  await using side = await steps.build({ commit: parent, parent });
  const path = join(side.root, file);
  const source = await readFile(path).catch(() => null);
  if (source === null || spoiler(kind, claim.function, "all") === null) return null;
  // Null: it failed.
  const digestWith = async (way: Spoiling | null): Promise<string | null> => {
    const code = way === null ? "" : (spoiler(kind, claim.function, way) ?? "");
    await writeFile(path, Buffer.concat([source, Buffer.from(code)]));
    try {
      return (await runSample(measure, side, { seed, scale })).digest;
    } catch (error) {
      if (error instanceof WorkloadFailure) return null;
      throw error;
    }
  };
  const before = await digestWith(null);
  for (const way of ["last", "all"] as const) {
    if ((await digestWith(way)) !== before || (await digestWith("raise")) !== null) continue;
    say("checks", "The digest does not show a spoiled result.");
    return {
      reason: "workload_failed",
      explanation: `The benchmark's digest stays the same when ${way === "last" ? "the last part of what" : "what"} ${claim.function} returns is made wrong, so it proves too little of the results.`,
    };
  }
  return null;
}
