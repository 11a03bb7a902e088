/** `text` with every word of `words` between `before` and `after`. Case does not matter. */
export function highlight(text, words, before = "<b>", after = "</b>") {
  const wanted = new Set(words.map((word) => word.toLowerCase()));
  let result = "";
  for (const piece of text.split(/([\p{L}\p{N}]+)/u)) {
    result += wanted.has(piece.toLowerCase()) ? before + piece + after : piece;
  }
  return result;
}
