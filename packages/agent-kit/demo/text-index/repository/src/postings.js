/** The ids that both lists hold, in the order of `left`. Both lists are sorted and hold each id once. */
export function intersect(left, right) {
  const shared = [];
  for (const id of left) {
    if (right.includes(id)) {
      shared.push(id);
    }
  }
  return shared;
}
