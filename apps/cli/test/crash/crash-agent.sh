#!/bin/sh
# An agent of half a second. What it prints and writes it also puts into $1, to compare with; and it counts its own starts there.
set -eu
out=$1
echo "$$" >> "$out/starts"
say() {
  echo "$*"
  echo "$*" >> "$out/log"
}
say "agent: reading the project"
printf 'experiment\tstatus\tpattern\ttarget\tbefore\tafter\timprovement\ttimestamp\tcommit\n' > "$HOME/results/results.tsv"
echo "export const total = (list) => { let sum = 0; for (const item of list) sum += item; return sum; };" > sum.mjs
git add sum.mjs
git commit -q -m "Sum without reduce"
sha=$(git rev-parse HEAD)
for line in 1 2 3 4 5 6 7 8; do
  say "agent: thought $line, with a längere Zeile"
done
sleep 0.2
git push -q origin "$UNIVERSE_BRANCH"
printf 'exp-1\tkeep\tloop\ttotal()\t30 ms\t10 ms\t+200%%\t2026-01-01T00:00:00\t%s\n' "$sha" >> "$HOME/results/results.tsv"
mkdir -p "$HOME/results/benchmarks"
echo 'console.log("a benchmark");' > "$HOME/results/benchmarks/total.mjs"
echo "# Hand-off" > "$HOME/results/HANDOFF.md"
sleep 0.2
cat > "$HOME/results/summary.json" <<JSON
{
  "repo": "acme/sum", "language": "javascript", "branch": "$UNIVERSE_BRANCH",
  "total_experiments": 1, "total_keeps": 1, "total_discards": 0,
  "optimizations": [
    { "commit": "$sha", "function": "total", "file": "sum.mjs", "description": "replaced reduce with a loop",
      "cpu_speedup": "3x faster", "memory_reduction": null, "technique": "loop instead of reduce" }
  ],
  "headline_stats": { "best_single_speedup": "3x faster", "best_function": "total", "total_cpu_improvement_pct": 66, "total_memory_saved_mb": 0 },
  "pr_ready_commits": 1, "status": "completed", "error": null
}
JSON
say "agent: done"
mkdir "$out/results"
cp -R "$HOME/results/summary.json" "$HOME/results/results.tsv" "$HOME/results/HANDOFF.md" "$HOME/results/benchmarks" "$out/results/"
echo "$sha" > "$out/sha"
