/** How often each term appears: `{ term, count }` in the order of first appearance. */
export function countTerms(terms) {
  const counts = [];
  for (const term of terms) {
    const known = counts.find((entry) => entry.term === term);
    if (known) {
      known.count += 1;
    } else {
      counts.push({ term, count: 1 });
    }
  }
  return counts;
}
