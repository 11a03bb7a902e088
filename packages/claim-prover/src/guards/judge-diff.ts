import { pathKind, type PathKind } from "../correctness/path-kinds.ts";
import type { FileDiff } from "../git/parse-diff.ts";
import type { Suspicion } from "./guard-hit.ts";
import { judgeShadows } from "./judge-shadows.ts";
import { judgeLines } from "./judge-lines.ts";

const touched: Readonly<Record<PathKind, readonly [code: string, message: string]>> = {
  tests: ["touches_tests", "The commit changes tests; the parent's were used on both sides."],
  benchmarks: ["touches_benchmarks", "The commit changes the repository's own benchmarks."],
  ci: ["touches_ci", "The commit changes CI."],
  hooks: ["touches_hooks", "The commit changes a file that runs before the code does."],
  lockfile: ["touches_lockfile", "The commit changes which versions are installed."],
  build: ["touches_build", "The commit changes how the project is built or run."],
};

/** What a diff alone makes suspicious: where it changes things, and what its lines do. */
export function judgeDiff(diff: readonly FileDiff[]): Suspicion[] {
  return diff.flatMap((file) => {
    const hits: Suspicion[] = [];
    const kinds = new Set([pathKind(file.path), pathKind(file.oldPath)]);
    for (const kind of kinds) {
      if (kind !== null) hits.push({ code: touched[kind][0], message: touched[kind][1], where: file.path });
    }
    hits.push(...judgeShadows(file));
    if (file.binary)
      hits.push({ code: "binary_file", message: "A binary file cannot be judged.", where: file.path });
    if (file.oddMode)
      hits.push({
        code: "odd_file",
        message: "The commit makes a file executable, a link or a submodule.",
        where: file.path,
      });
    return kinds.size === 1 && kinds.has(null) ? [...hits, ...judgeLines(file)] : hits;
  });
}
