import type { ChildProcess } from "node:child_process";
import type { ServerChannel, Session } from "ssh2";
import { commandEnvironment, localUsername } from "./environment.ts";
import { homeOf, type MachineRecord } from "./machine-folder.ts";
import { runOnChannel, sendSignal, type Program } from "./run-on-channel.ts";
import { hasScript, INTERACTIVE_SHELL, onTerminal, resizeTerminal, type TerminalSize } from "./terminal.ts";

/** What a session needs to know of its machine. */
export interface SessionHost {
  readonly machine: MachineRecord;
  readonly folder: string;
  /** Called with every program that starts. */
  readonly onStart: (child: ChildProcess) => void;
}

/** Answers the requests of one SSH session: exec, shell, pty, window size, signal. Everything else is refused. */
export function serveSession(session: Session, host: SessionHost): void {
  let terminal: (TerminalSize & { term: string }) | null = null;
  let child: ChildProcess | null = null;

  const start = async (channel: ServerChannel, command: string | null): Promise<void> => {
    const cwd = homeOf(host.folder);
    const base = {
      cwd,
      env: commandEnvironment(host.machine, host.folder, terminal?.term ?? null),
    };
    let program: Program = { ...base, file: "sh", args: command === null ? [] : ["-c", command] };
    if (terminal !== null) {
      if (command === null) channel.write(crlf(notice(host.machine.name)));
      if (await hasScript()) program = onTerminal(command ?? INTERACTIVE_SHELL, terminal, base);
      else {
        channel.stderr.write(
          crlf(
            "No pseudo-terminal: there is no `script` of util-linux here. Line editing and job control are missing.\n",
          ),
        );
        program = { ...base, file: "sh", args: command === null ? ["-i"] : ["-c", command] };
      }
    }
    const started = runOnChannel(channel, program);
    child = started;
    host.onStart(started);
    // A command without a terminal goes on when its channel closes. With one, the terminal hangs up: `script` blocks
    // HUP itself, but when it is killed the kernel gives HUP to whatever runs on its terminal.
    const hangUp = program.file === "script" ? "KILL" : "HUP";
    if (terminal !== null) channel.on("close", () => sendSignal(started, hangUp));
  };

  session.on("pty", (accept, _reject, info) => {
    terminal = { cols: info.cols, rows: info.rows, term: info.term };
    accept?.();
  });
  session.on("window-change", (_accept, _reject, info) => {
    if (child?.pid !== undefined && terminal !== null) void resizeTerminal(child.pid, info);
  });
  session.on("signal", (_accept, _reject, info) => {
    if (child !== null) sendSignal(child, info.name);
  });
  session.on("exec", (accept, _reject, info) => void start(accept(), info.command));
  session.on("shell", (accept) => void start(accept(), null));
}

function notice(name: string): string {
  return `Machine ${name} is a folder on this computer and isolates nothing: commands run as ${localUsername()}.\n`;
}

function crlf(text: string): string {
  return text.replaceAll("\n", "\r\n");
}
