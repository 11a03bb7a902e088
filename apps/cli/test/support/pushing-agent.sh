#!/bin/sh
# An agent whose machine may push: it commits twice, tries a workflow file in between, and waits until its token was renewed. With
# $1/misuse it abuses the token too. What it sees goes to $1, so that a test can look at it.
set -eu
outside="$1"
push="$HOME/.universe/push"
env > "$outside/agent-env"
stat -c %a "$push/token" > "$outside/token-mode"
cp "$push/token" "$outside/token-1"

echo "export const total = (list) => { let sum = 0; for (const item of list) sum += item; return sum; };" > sum.mjs
git add sum.mjs
git commit -q -m "Sum without reduce"
first=$(git rev-parse HEAD)
git push -q origin "$UNIVERSE_BRANCH" 2> "$outside/push-1"

mkdir -p .github/workflows
echo "on: push" > .github/workflows/mine.yml
git add .github
git commit -q -m "A workflow"
git push -q origin "$UNIVERSE_BRANCH" 2> "$outside/push-workflow"
git reset -q --hard "$first"
git push -q -f origin "$UNIVERSE_BRANCH" 2> /dev/null

waited=0
while cmp -s "$push/token" "$outside/token-1" && [ "$waited" -lt 300 ]; do
  sleep 0.1
  waited=$((waited + 1))
done
cp "$push/token" "$outside/token-2"
url=$(head -n 1 "$push/target")
with_token() {
  git -c credential.helper="!f() { echo username=x; printf 'password=%s\n' \"\$(cat '$push/token')\"; }; f" "$@"
}
with_token ls-remote "$url" > "$outside/own-fork" 2>&1 || true
with_token push "${url%/*}/other.git" HEAD:refs/heads/mine > "$outside/other-repository" 2>&1 || true

[ ! -e "$outside/misuse" ] || { printf 'gh%s' p_; printf 'a1B2%.0s' 1 2 3 4 5 6 7 8 9; } > token.txt
echo "// Summed in one pass." >> sum.mjs
git add .
git commit -q -m "Say how it sums"
git push -q origin "$UNIVERSE_BRANCH" 2> "$outside/push-2"
[ ! -e "$outside/misuse" ] || with_token push -q "$url" HEAD:main > "$outside/push-main" 2>&1 || true

mkdir -p "$HOME/results"
printf 'experiment\tstatus\tpattern\ttarget\tbefore\tafter\timprovement\ttimestamp\tcommit\n' > "$HOME/results/results.tsv"
printf 'exp-1\tkeep\tloop\ttotal()\t30 ms\t10 ms\t+200%%\t2026-01-01T00:00:00\t%s\n' "$first" >> "$HOME/results/results.tsv"
echo "# Hand-off" > "$HOME/results/HANDOFF.md"
cat > "$HOME/results/summary.json" <<JSON
{
  "repo": "acme/sum", "language": "javascript", "branch": "$UNIVERSE_BRANCH",
  "total_experiments": 1, "total_keeps": 1, "total_discards": 0,
  "optimizations": [
    { "commit": "$first", "function": "total", "file": "sum.mjs", "description": "replaced reduce with a loop",
      "cpu_speedup": "3x faster", "memory_reduction": null, "technique": "loop instead of reduce" }
  ],
  "headline_stats": { "best_single_speedup": "3x faster", "best_function": "total", "total_cpu_improvement_pct": 66, "total_memory_saved_mb": 0 },
  "pr_ready_commits": 1, "status": "completed", "error": null
}
JSON
