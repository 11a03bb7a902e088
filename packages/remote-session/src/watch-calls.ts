import type { Session } from "./session.ts";

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

  const watch = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, key) {
        if (key === Symbol.asyncDispose) return async () => {};
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => {
          const result: unknown = Reflect.apply(value, target, args);
          if (!(result instanceof Promise)) return isHandle(result) ? watch(result) : result;
          running++;
          return result.then(
            (settled: unknown) => {
              end();
              return isHandle(settled) ? watch(settled) : settled;
            },
            (error: unknown) => {
              end();
              throw error;
            },
          );
        };
      },
    });
  return {
    watched: watch(session),
    stop: () => clearTimeout(timer),
  };
}

/** A shell or a job: an object with calls of its own. */
function isHandle(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    (typeof (value as { run?: unknown }).run === "function" ||
      typeof (value as { status?: unknown }).status === "function")
  );
}
