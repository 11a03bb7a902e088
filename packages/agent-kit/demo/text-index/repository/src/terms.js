/** Each term once, in the order of first appearance. */
export function uniqueTerms(terms) {
  const unique = [];
  for (const term of terms) {
    if (!unique.includes(term)) {
      unique.push(term);
    }
  }
  return unique;
}
