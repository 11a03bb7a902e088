#!/bin/sh
# A small agent for tests: one real commit, real result files, a few seconds. It counts its own starts in $1.
set -eu
echo "$$" >> "$1"
echo "agent: reading the project"
sleep "${2:-1}"
echo "export const total = (list) => { let sum = 0; for (const item of list) sum += item; return sum; };" > sum.mjs
git add sum.mjs
git commit -q -m "Sum without reduce"
git push -q origin "$UNIVERSE_BRANCH"
sha=$(git rev-parse HEAD)
mkdir -p "$HOME/results"
printf 'experiment\tstatus\tpattern\ttarget\tbefore\tafter\timprovement\ttimestamp\tcommit\n' > "$HOME/results/results.tsv"
printf 'exp-1\tkeep\tloop\ttotal()\t30 ms\t10 ms\t+200%%\t2026-01-01T00:00:00\t%s\n' "$sha" >> "$HOME/results/results.tsv"
echo "# Hand-off" > "$HOME/results/HANDOFF.md"
sleep "${2:-1}"
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
echo "agent: done"
