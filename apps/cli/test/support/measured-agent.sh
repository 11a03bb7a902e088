#!/bin/sh
# An agent for tests of the proof: one real gain with a benchmark of its own, one claim without any gain, and one that lies about
# its commit. It counts its own starts in $1.
set -eu
echo "$$" >> "$1"
mkdir -p "$HOME/results/benchmarks"
cat > sum.mjs <<'JS'
export function total(list) {
  let sum = 0;
  for (const item of list) sum += item;
  return sum;
}

export const join = (list) => list.map((item) => `${item}`).join(",");
JS
git commit -q -am "Sum in one pass"
fast=$(git rev-parse HEAD)
sed -i 's/list.map((item) => `${item}`).join(",")/list.map((item) => String(item)).join(",")/' sum.mjs
git commit -q -am "Join with String"
same=$(git rev-parse HEAD)
git push -q origin "$UNIVERSE_BRANCH"

for name in total join; do
  cat > "$HOME/results/benchmarks/$name.mjs" <<JS
import { createHash } from "node:crypto";
import { join as path } from "node:path";
import { pathToFileURL } from "node:url";

const scale = Number(process.env.UNIVERSE_SCALE);
let state = Number(process.env.UNIVERSE_SEED) >>> 0;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
const { $name: work } = await import(pathToFileURL(path(process.cwd(), "sum.mjs")));
const digest = createHash("sha256");
for (let round = 0; round < scale; round += 1) {
  const list = Array.from({ length: 20000 }, () => random() % 1000);
  for (let times = 0; times < 20; times += 1) {
    list[times] = random() % 1000;
    digest.update(String(work(list)));
  }
}
console.log(digest.digest("hex"));
JS
done
printf 'experiment\tstatus\tpattern\ttarget\tbefore\tafter\timprovement\ttimestamp\tcommit\n' > "$HOME/results/results.tsv"
printf 'exp-1\tkeep\tone pass\ttotal()\t30 ms\t3 ms\t+900%%\t2026-01-01T00:00:00\t%s\n' "$fast" >> "$HOME/results/results.tsv"
echo "# Hand-off" > "$HOME/results/HANDOFF.md"
cat > "$HOME/results/summary.json" <<JSON
{
  "repo": "acme/sum", "language": "javascript", "branch": "$UNIVERSE_BRANCH",
  "total_experiments": 3, "total_keeps": 3, "total_discards": 0,
  "optimizations": [
    { "commit": "$fast", "function": "total", "file": "sum.mjs", "description": "summed in one pass, 900% faster",
      "cpu_speedup": "9x faster", "memory_reduction": null, "technique": "one pass instead of copies",
      "benchmark": { "file": "benchmarks/total.mjs", "command": "node {file}" } },
    { "commit": "$same", "function": "join", "file": "sum.mjs", "description": "String instead of a template",
      "cpu_speedup": "4x faster", "memory_reduction": null, "technique": "String",
      "benchmark": { "file": "benchmarks/join.mjs", "command": "node {file}" } },
    { "commit": "0123456789012345678901234567890123456789", "function": "total", "file": "sum.mjs", "description": "lied",
      "cpu_speedup": "7x faster", "memory_reduction": null, "technique": "none",
      "benchmark": { "file": "benchmarks/total.mjs", "command": "node {file}" } }
  ],
  "headline_stats": { "best_single_speedup": "9x faster", "best_function": "total", "total_cpu_improvement_pct": 900, "total_memory_saved_mb": 0 },
  "pr_ready_commits": 3, "status": "completed", "error": null
}
JSON
