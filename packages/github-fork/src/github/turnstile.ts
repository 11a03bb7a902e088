/** A door for one at a time, in the order of arrival. */
export interface Turnstile {
  /** Resolves when it is the caller's turn; disposing of the turn lets the next one in. Rejects with the signal's reason. */
  enter(signal?: AbortSignal): Promise<Disposable>;
}

export function turnstile(): Turnstile {
  const waiting: (() => void)[] = [];
  let taken = false;
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) taken = false;
    else next();
  };
  const turn = (): Disposable => {
    let left = false;
    return {
      [Symbol.dispose]() {
        if (left) return;
        left = true;
        leave();
      },
    };
  };
  return {
    async enter(signal) {
      signal?.throwIfAborted();
      if (!taken) {
        taken = true;
        return turn();
      }
      return await new Promise<Disposable>((resolve, reject) => {
        const begin = (): void => {
          signal?.removeEventListener("abort", giveUp);
          resolve(turn());
        };
        const giveUp = (): void => {
          waiting.splice(waiting.indexOf(begin), 1);
          reject(signal?.reason as Error);
        };
        waiting.push(begin);
        signal?.addEventListener("abort", giveUp, { once: true });
      });
    },
  };
}
