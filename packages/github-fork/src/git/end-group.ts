/** How long a group has to end by itself after SIGTERM. */
const graceMs = 2000;

export interface GroupEnd {
  /** Whether the time was over. */
  timedOut(): boolean;
  /** SIGTERM to the group, and SIGKILL when that was not enough. */
  kill(): void;
  /** The group's leader has ended: no signal goes out any more. */
  settle(): void;
}

/**
 * Ends a process group when the signal is aborted, when `timeoutMs` is over, and when this process exits. (It is not
 * ended with a SIGKILL of this process: nobody can.) Without a pid, when the start failed, it does nothing.
 */
export function endGroupOn(
  pid: number | undefined,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): GroupEnd {
  let timedOut = false;
  let killTimer: NodeJS.Timeout | undefined;
  const send = (name: NodeJS.Signals): void => {
    if (pid === undefined) return;
    try {
      process.kill(-pid, name);
    } catch {
      // It has ended.
    }
  };
  const kill = (): void => {
    send("SIGTERM");
    killTimer ??= setTimeout(send, graceMs, "SIGKILL");
  };
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeoutMs);
  signal?.addEventListener("abort", kill, { once: true });
  process.once("exit", kill);
  const settle = (): void => {
    clearTimeout(timer);
    clearTimeout(killTimer);
    signal?.removeEventListener("abort", kill);
    process.removeListener("exit", kill);
  };
  return { timedOut: () => timedOut, kill, settle };
}
