import { readFile } from "node:fs/promises";
import { arch, availableParallelism, cpus, release, totalmem, type } from "node:os";

import type { MeasuringMachine } from "./proof.ts";
import { oneLine } from "./run/clean-text.ts";
import { findProgram } from "./run/isolation.ts";
import { runTool } from "./run/run-tool.ts";

const questions: Readonly<Record<string, readonly string[]>> = {
  git: ["--version"],
  node: ["--version"],
  npm: ["--version"],
  python3: ["--version"],
  java: ["-version"],
  mvn: ["--version"],
  gradle: ["--version"],
};

/** Describes this computer for proof.json: what a sceptic would ask about a measurement. */
export async function describeMachine(
  path: string,
  isolation: readonly string[],
  signal?: AbortSignal,
): Promise<MeasuringMachine> {
  const tools: Record<string, string> = { prover: `node ${process.version}` };
  for (const [name, args] of Object.entries(questions)) {
    const program = await findProgram(name, path);
    if (program === null) continue;
    const outcome = await runTool(program, args, {
      timeoutMs: 20_000,
      signal,
      env: { PATH: path, HOME: "/nonexistent" },
    }).catch(() => null);
    signal?.throwIfAborted();
    if (outcome?.exitCode === 0)
      tools[name] = oneLine((outcome.stdout || outcome.stderr).trim().split("\n")[0] ?? "", 100);
  }
  return {
    cpu: oneLine(cpus()[0]?.model ?? (await cpuName()) ?? arch(), 200),
    cores: availableParallelism(),
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    kernel: `${type()} ${release()} ${arch()}`,
    tools,
    isolation,
  };
}

async function cpuName(): Promise<string | null> {
  const text = await readFile("/proc/cpuinfo", "utf8").catch(() => "");
  return /^model name\s*:\s*(.+)$/m.exec(text)?.[1] ?? null;
}
