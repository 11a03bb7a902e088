/** The most of these spans that overlap at one instant; an end counts before a beginning at the same time. */
export function mostAtOnce(
  rows: readonly { readonly createdAt: number; readonly deletedAt: number | null }[],
): number {
  const steps = rows.flatMap(({ createdAt, deletedAt }) => [
    { at: createdAt, by: 1 },
    ...(deletedAt === null ? [] : [{ at: deletedAt, by: -1 }]),
  ]);
  steps.sort((one, other) => one.at - other.at || one.by - other.by);
  let now = 0;
  let most = 0;
  for (const { by } of steps) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
