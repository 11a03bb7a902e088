#!/bin/sh
# Behaves as Claude Code does where the pipeline looks; $FAKE_CLAUDE is a folder that says what to play and counts the sessions.
if [ "$1" = --version ]; then echo "2.1.330 (Claude Code)"; exit 0; fi
play=$(cat "$FAKE_CLAUDE/play")
init='{"type":"system","subtype":"init","session_id":"s","model":"model-x","claude_code_version":"2.1.330","plugins":[]}'
done_='{"type":"result","subtype":"success","is_error":false,"result":"done","num_turns":1,"total_cost_usd":0.5,"terminal_reason":"completed"}'
case "$*" in
  *no-session-persistence*)
    echo "$init"
    if [ "$play" = refused ]; then
      echo '{"type":"result","subtype":"success","is_error":true,"api_error_status":401,"result":"Invalid API key","terminal_reason":"api_error","total_cost_usd":0}'
      exit 1
    fi
    echo "$done_"
    exit 0
    ;;
esac
echo "$*" >> "$FAKE_CLAUDE/sessions"
echo "${ANTHROPIC_API_KEY:-none}" >> "$FAKE_CLAUDE/keys"
session=$(printf '%s\n' "$@" | grep -A1 -E '^--(session-id|resume)$' | tail -n 1)
mkdir -p "$HOME/.claude/projects/p"
echo '{"type":"cost-state","totalCostUSD":0.25}' >> "$HOME/.claude/projects/p/$session.jsonl"
echo "$init"
if [ "$(wc -l < "$FAKE_CLAUDE/sessions")" -eq 1 ]; then
  case "$play" in
    killed) kill -TERM $$ ;;
    limit)
      reset=$(( $(date +%s) + 7200 ))
      echo '{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","rateLimitType":"five_hour","resetsAt":'"$reset"'}}'
      echo '{"type":"result","subtype":"success","is_error":true,"api_error_status":429,"result":"limit","terminal_reason":"api_error","total_cost_usd":0.25}'
      exit 1
      ;;
  esac
fi
sh "$FAKE_CLAUDE/agent.sh" "$FAKE_CLAUDE/launches" 0.1 >/dev/null
echo "$done_"
