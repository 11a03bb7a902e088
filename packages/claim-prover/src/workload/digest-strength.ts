/** Bits below which a digest is a count or a rounded sum rather than a digest. */
export const LEAST_DIGEST_BITS = 20;

/**
 * How much a benchmark's digests tell of its results: bits, from digests of the same scale at different seeds. Only what differs between
 * seeds counts. A number tells no more than its steps within the range seen, so a count of 1,000 ± 30 has 6 bits and a sum rounded to
 * units few more, where 8 hex digits of a hash have about 32.
 */
export function digestBits(digests: readonly string[]): number {
  const rows = digests.map((digest) => digest.split(/[^A-Za-z0-9.+-]+/).filter((part) => part !== ""));
  const width = Math.min(...rows.map((row) => row.length));
  let bits = 0;
  for (let column = 0; column < width; column += 1) {
    const words = rows.map((row) => row[column] ?? "");
    const different = new Set(words).size;
    // What repeats among a handful of seeds has few values.
    if (different > 1) bits += different < words.length ? Math.log2(different) : wordBits(words);
  }
  return bits;
}

function wordBits(words: readonly string[]): number {
  if (words.every((word) => /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(word))) return numberBits(words);
  // Text: what varies, at the entropy of hex digits for hashes, and of letters for the rest; never more than 5 bits a character.
  const hex = words.every((word) => /^[0-9a-f]+$/i.test(word));
  const length = Math.min(...words.map((word) => word.length));
  let varying = 0;
  for (let i = 0; i < length; i += 1) {
    if (new Set(words.map((word) => word[i])).size > 1) varying += 1;
  }
  return varying * (hex ? 4 : 5);
}

function numberBits(words: readonly string[]): number {
  const numbers = words.map(Number);
  const decimals = Math.max(...words.map((word) => (/\.(\d+)/.exec(word)?.[1] ?? "").length));
  const digits = Math.max(
    ...words.map((word) => word.replace(/e.*$/i, "").replace(/\D/g, "").replace(/^0+/, "").length),
  );
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  const clustered = high - low < 0.25 * Math.max(Math.abs(low), Math.abs(high));
  const bits = Math.log2(Math.max(1, (high - low) * 10 ** decimals));
  // Sums lie close together whatever the seed; only a sum with all its digits shows a small error in one term.
  return clustered && digits < 12 ? Math.min(bits, LEAST_DIGEST_BITS / 2) : bits;
}
