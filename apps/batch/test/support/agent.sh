#!/bin/sh
# A small agent for tests. $1: folder where it counts its starts, and that says what each project's agent is to play; $2: seconds.
set -eu
id=$UNIVERSE_PROJECT_ID
echo "$$" >> "$1/starts-$id"
play=$(cat "$1/play-$id" 2>/dev/null || cat "$1/play" 2>/dev/null || echo gain)
sleep "${2:-0}"
mkdir -p "$HOME/results"
case $play in
  nothing) echo "agent: found nothing to say"; exit 3 ;;
  hang) sleep 600 ;;
esac
sha=null
if [ "$play" = gain ]; then
  echo "export const total = (list) => { let sum = 0; for (const item of list) sum += item; return sum; }; // $id" > sum.mjs
  git add sum.mjs
  git commit -q -m "Sum without reduce"
  git push -q origin "$UNIVERSE_BRANCH"
  sha=$(git rev-parse HEAD)
fi
printf 'experiment\tstatus\tpattern\ttarget\tbefore\tafter\timprovement\ttimestamp\tcommit\n' > "$HOME/results/results.tsv"
optimizations=
if [ "$play" = gain ]; then
  printf 'exp-1\tkeep\tloop\ttotal()\t30 ms\t10 ms\t+200%%\t2026-01-01T00:00:00\t%s\n' "$sha" >> "$HOME/results/results.tsv"
  optimizations='{ "commit": "'$sha'", "function": "total", "file": "sum.mjs", "description": "replaced reduce with a loop",
    "cpu_speedup": "3x faster", "memory_reduction": null, "technique": "loop instead of reduce" }'
fi
echo "# Hand-off of $id" > "$HOME/results/HANDOFF.md"
cat > "$HOME/results/summary.part" <<JSON
{
  "repo": "acme/$id", "language": "javascript", "branch": "$UNIVERSE_BRANCH",
  "total_experiments": 1, "total_keeps": 1, "total_discards": 0,
  "optimizations": [$optimizations],
  "headline_stats": { "best_single_speedup": "3x faster", "best_function": "total", "total_cpu_improvement_pct": 66, "total_memory_saved_mb": 0 },
  "pr_ready_commits": 1, "status": "completed", "error": null
}
JSON
mv "$HOME/results/summary.part" "$HOME/results/summary.json"
for file in summary.json results.tsv HANDOFF.md; do cp "$HOME/results/$file" "$1/wrote-$id-$file"; done
echo "agent: done"
