import type { Suspicion } from "./guard-hit.ts";

/**
 * A benchmark's command names an interpreter and its script. An option of the interpreter, an assignment, a shell operator or a preloaded
 * module may make one side faster, or both look alike.
 */
export function judgeCommand(command: string): Suspicion[] {
  const hit = (message: string): Suspicion => ({ code: "benchmark_command", message, where: null });
  const hits: Suspicion[] = [];
  if (
    /^\s*(env\s+)?[A-Za-z_]\w*=/.test(command) ||
    /\b(PYTHONPATH|NODE_OPTIONS|NODE_PATH|LD_PRELOAD|JAVA_TOOL_OPTIONS)\b/.test(command)
  ) {
    hits.push(hit("The benchmark's command sets variables of the environment."));
  }
  if (/[;&|`<>]|\$\(/.test(command)) hits.push(hit("The benchmark's command is more than one command."));
  const before = command.split("{file}")[0] ?? "";
  if (/\s-{1,2}[A-Za-z]/.test(before))
    hits.push(hit("The benchmark's command gives options to the interpreter."));
  return hits.slice(0, 1);
}
