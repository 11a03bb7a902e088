import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { BuiltClaim } from "./build-claim.ts";

const PAIRS = 7;

/**
 * The greatest ratio that the work may truly have, measured apart from the prover: plain processes, and what twice the work takes
 * more, so that the start is out of it. The third greatest of seven, so that one spike does not excuse a quote.
 */
export async function measureReference(
  built: BuiltClaim,
  scale: number,
  signal?: AbortSignal,
): Promise<number> {
  const sides = [built.parent, built.commit].map((commit, i) => {
    const folder = join(built.repository, "..", `reference${i}`);
    mkdirSync(folder);
    execFileSync("git", ["--work-tree", folder, "checkout", "-q", "-f", commit, "--", "."], {
      cwd: built.repository,
    });
    return folder;
  });
  const [claim] = built.request.claims;
  if (claim?.benchmark == null) throw new Error("The claim has no benchmark.");
  const script = join(built.request.resultsFolder ?? "", claim.benchmark.file);
  const [program = "", ...rest] = claim.benchmark.command.replace("{file}", script).split(" ");
  const time = (cwd: string, units: number, seed: number): number => {
    signal?.throwIfAborted();
    const startedAt = performance.now();
    const { status } = spawnSync(program, rest, {
      cwd,
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: "1",
        UNIVERSE_SCALE: String(units),
        UNIVERSE_SEED: String(seed),
      },
    });
    if (status !== 0) throw new Error(`The benchmark ended with ${status}.`);
    return performance.now() - startedAt;
  };
  const ratios: number[] = [];
  for (let i = 0; i < PAIRS; i += 1) {
    const [a, b] = sides.map((side) => {
      const once = time(side, scale, 9000 + i);
      return time(side, 2 * scale, 9000 + i) - once;
    });
    ratios.push((a ?? 0) / Math.max(1e-3, b ?? 0));
  }
  return ratios.toSorted((a, b) => b - a)[2] ?? Infinity;
}
