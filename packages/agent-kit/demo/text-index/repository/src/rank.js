/** How well `entry` fits `terms`: hits in the title count twice. */
export function score(entry, terms) {
  let total = 0;
  for (const term of terms) {
    for (const word of entry.title) {
      if (word === term) total += 2;
    }
    for (const word of entry.body) {
      if (word === term) total += 1;
    }
  }
  return total;
}

/** `entries` with their scores, best first; equal scores by id. `entries` itself stays as it is. */
export function rank(entries, terms) {
  const order = [...entries];
  order.sort((a, b) => score(b, terms) - score(a, terms) || a.id - b.id);
  return order.map((entry) => ({ id: entry.id, score: score(entry, terms) }));
}
