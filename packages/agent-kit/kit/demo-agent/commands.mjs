// Runs programs: clock, exit status and output are read here, never taken from what a program prints.
import { spawn } from "node:child_process";

const MAX_OUTPUT = 1_000_000;

/** Runs one program to its end: `{ code, seconds, output, stdout }`. Rejects when it is missing, too slow or stopped. */
export async function run([program, ...words], { cwd, signal, timeoutMs = 120_000, env = {} }) {
  const limit = AbortSignal.timeout(timeoutMs);
  const startedAt = performance.now();
  const child = spawn(program, words, {
    cwd,
    env: { ...cleanEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    signal: AbortSignal.any([signal, limit]),
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    if (stdout.length < MAX_OUTPUT) stdout += text;
    if (output.length < MAX_OUTPUT) output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    if (output.length < MAX_OUTPUT) output += text;
  });
  return await new Promise((resolve, reject) => {
    let seconds = 0;
    child.on("exit", () => {
      seconds = (performance.now() - startedAt) / 1000;
    });
    child.on("error", (error) => {
      if (error.code === "ENOENT") reject(new Error(`${program} is not on this machine; install it and start the run again`));
      else if (limit.aborted) reject(new Error(`${program} ${words.join(" ")} took longer than ${timeoutMs / 1000} s`));
      else reject(error);
    });
    child.on("close", (code) => resolve({ code: code ?? 1, seconds, output, stdout }));
  });
}

/** Runs a program that must succeed; its standard output. */
export async function succeed(command, options) {
  const { code, output, stdout } = await run(command, options);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with exit status ${code}: ${output.trim().slice(-500)}`);
  return stdout;
}

/**
 * Python's own path: a version manager's shim costs a fifth of a second a start, which hides gains.
 * For a project that needs no Python: the plain name.
 */
export async function realInterpreter(program, signal) {
  if (program !== "python3") return "python3";
  const found = await succeed(["python3", "-c", "import sys; print(sys.executable)"], { cwd: "/", signal });
  return found.trim() || "python3";
}

function cleanEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("UNIVERSE_") && !name.startsWith("NODE_"));
  return { ...Object.fromEntries(kept), PYTHONDONTWRITEBYTECODE: "1", GIT_TERMINAL_PROMPT: "0" };
}
