import { spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { MachineError } from "../errors.ts";
import { answers } from "./answers.ts";
import { serverEnvironment } from "./environment.ts";
import { machineFolder, type MachineRecord } from "./machine-folder.ts";
import { currentClaim, isAlive, type ServerClaim } from "./server-claim.ts";

const START_LIMIT_MS = 30_000;
const POLL_MS = 15;

/** The port on which the machine's server answers now; null when it does not. */
export async function answeringPort(
  folder: string,
  id: string,
  signal?: AbortSignal,
): Promise<number | null> {
  const claim = await currentClaim(folder);
  return claim !== null && (await claimAnswers(claim, id, signal)) ? claim.port : null;
}

/** Starts the machine's server unless one lives, and resolves when it answers. */
export async function ensureServer(
  directory: string,
  machine: MachineRecord,
  nodePath: string,
  signal?: AbortSignal,
): Promise<void> {
  const folder = machineFolder(directory, machine.name);
  const started = performance.now();
  let candidate: Candidate | null = null;
  for (;;) {
    signal?.throwIfAborted();
    const claim = await currentClaim(folder);
    if (claim !== null && (await claimAnswers(claim, machine.id, signal))) return;
    const failure = candidate?.failure() ?? null;
    if (failure !== null || performance.now() - started > START_LIMIT_MS) {
      throw new MachineError("create_failed", await explain(machine, folder, claim, failure), {
        machine: machine.name,
        provider: "local",
        retryable: failure === null,
      });
    }
    // A candidate that found another server ends with status 0; should that one die as well, a new one is due.
    if ((candidate === null || candidate.ended()) && (claim === null || !(await isAlive(claim)))) {
      candidate = await startCandidate(directory, machine, nodePath);
    }
    await sleep(POLL_MS);
  }
}

interface Candidate {
  ended(): boolean;
  /** Why it could not serve; null while it runs or when another one serves. */
  failure(): string | null;
}

async function startCandidate(
  directory: string,
  machine: MachineRecord,
  nodePath: string,
): Promise<Candidate> {
  const isSource = import.meta.url.endsWith(".ts");
  const program = fileURLToPath(new URL(isSource ? "./server-main.ts" : "./server-main.js", import.meta.url));
  await using log = await open(join(machineFolder(directory, machine.name), "server.log"), "a", 0o600);
  const child = spawn(nodePath, [program, directory, machine.name], {
    cwd: "/",
    detached: true,
    env: serverEnvironment(machine, nodePath),
    stdio: ["ignore", log.fd, log.fd],
  });
  let failure: string | null = null;
  child.on("error", (error) => {
    failure = error.message;
  });
  child.on("exit", (code, exitSignal) => {
    if (code !== 0) failure ??= exitSignal === null ? `exit status ${code}` : `signal ${exitSignal}`;
  });
  child.unref();
  return {
    ended: () => child.exitCode !== null || child.signalCode !== null || failure !== null,
    failure: () => failure,
  };
}

async function claimAnswers(claim: ServerClaim, id: string, signal?: AbortSignal): Promise<boolean> {
  return claim.port !== null && (await isAlive(claim)) && (await answers(claim.port, id, signal));
}

async function explain(
  machine: MachineRecord,
  folder: string,
  claim: ServerClaim | null,
  failure: string | null,
): Promise<string> {
  if (failure === null && claim !== null && (await isAlive(claim))) {
    return `The SSH server of machine ${machine.name} (process ${claim.pid}) lives but has not answered for ${START_LIMIT_MS / 1000} s. Destroy the machine, or end that process, and create it again.`;
  }
  const log = await readFile(join(folder, "server.log"), "utf8").catch(() => "");
  const tail = log
    .trim()
    .slice(-600)
    .replace(/(?!\n)\p{Cc}/gu, "");
  return `The SSH server of machine ${machine.name} did not start (${failure ?? `no answer within ${START_LIMIT_MS / 1000} s`}). Its log is ${join(folder, "server.log")}; it ends: ${tail === "" ? "(empty)" : tail}`;
}
