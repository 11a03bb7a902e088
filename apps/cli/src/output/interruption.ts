/** Turns the first Ctrl-C or SIGTERM into an abort, so that clean-up runs; the second ends the process at once. */
export function interruption(say: (text: string) => void): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(1);
    say("\nStopping after the current act. Machines and agents go on; Ctrl-C again ends at once.\n");
    controller.abort(new Error("interrupted"));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
