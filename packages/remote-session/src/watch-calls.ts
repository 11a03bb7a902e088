import type { Job } from "./job.ts";
import type { PersistentShell, Session } from "./session.ts";

/**
 * A session that tells when nothing was called on it for a while: `onIdle` after `idleMs` without a running call. Calls of
 * its shell and its jobs count too. Disposing it does nothing.
 */
export function watchCalls(
  session: Session,
  idleMs: number,
  onIdle: () => void,
): { readonly watched: Session; readonly stop: () => void } {
  let running = 0;
  const timer = Number.isFinite(idleMs) ? setTimeout(() => running === 0 && onIdle(), idleMs) : undefined;
  timer?.unref();
  const end = (): void => {
    running--;
    timer?.refresh();
  };
  const watch = <T>(call: Promise<T>): Promise<T> => {
    running++;
    call.then(end, end);
    return call;
  };
  const watchJob = (job: Job): Job => ({
    ...job,
    status: (signal) => watch(job.status(signal)),
    stop: (options) => watch(job.stop(options)),
  });
  let shell: PersistentShell | null = null;
  const watched: Session = {
    home: session.home,
    get connected() {
      return session.connected;
    },
    exec: (command, options) => watch(session.exec(command, options)),
    shell: () =>
      (shell ??= {
        run: (script, options) => watch(session.shell().run(script, options)),
        [Symbol.asyncDispose]: async () => {},
      }),
    upload: (entries, directory, signal) => watch(session.upload(entries, directory, signal)),
    download: (request) => watch(session.download(request)),
    tail: (path, offset, options) => watch(session.tail(path, offset, options)),
    startJob: (spec, signal) => watch(session.startJob(spec, signal).then(watchJob)),
    job: (name) => watchJob(session.job(name)),
    [Symbol.asyncDispose]: async () => {},
  };
  return { watched, stop: () => clearTimeout(timer) };
}
