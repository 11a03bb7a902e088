/** setTimeout takes no more than 2^31 - 1 ms. */
const LONGEST_TIMER_MS = 2_000_000_000;

/** Waits until `changed` resolves, for `ms` at most. */
export async function until(changed: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    if (ms !== Infinity) timer = setTimeout(resolve, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
  });
  await Promise.race([changed, passed]);
  clearTimeout(timer);
}
