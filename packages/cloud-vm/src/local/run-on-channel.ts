import { spawn, type ChildProcess } from "node:child_process";
import { constants } from "node:os";
import type { ServerChannel } from "ssh2";
import { pumpOutputs } from "./pump-outputs.ts";

/** A program to run for a channel. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Runs a program with its streams on an SSH channel, as OpenSSH's server does: in a session of its own; the exit
 * status is sent when it ends; the channel closes once its outputs are closed too. When the client closes the
 * channel first, the program goes on: its input ends, and writing to a closed output gives it SIGPIPE.
 */
export function runOnChannel(channel: ServerChannel, program: Program): ChildProcess {
  const child = spawn(program.file, program.args, {
    cwd: program.cwd,
    env: program.env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const { stdin, stdout, stderr } = child;
  for (const stream of [channel, channel.stderr, stdin, stdout, stderr]) stream.on("error", () => {});

  channel.pipe(stdin);
  const sent = pumpOutputs(channel, stdout, stderr);
  channel.on("close", () => stdin.destroy());
  child.on("exit", (code, signal) => sendExit(channel, code, signal));
  child.on("error", (error) => {
    channel.stderr.write(`${program.file}: ${error.message}\n`);
    sendExit(channel, 127, null);
    channel.end();
  });
  // Not before the outputs are closed, and not before the exit status is sent.
  child.on("close", () => void sent.then(() => channel.end()));
  return child;
}

/** Sends a signal that the client asked for to the program's process group. Unknown names are ignored. */
export function sendSignal(child: ChildProcess, name: string): void {
  const signal = `SIG${name}`;
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (!isSignal(signal)) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ended meanwhile
  }
}

function isSignal(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name);
}

function sendExit(channel: ServerChannel, code: number | null, signal: NodeJS.Signals | null): void {
  if (signal === null) {
    channel.exit(code ?? 255);
    return;
  }
  try {
    channel.exit(signal);
  } catch {
    channel.exit(128 + constants.signals[signal]); // a signal that RFC 4254 has no name for
  }
}
