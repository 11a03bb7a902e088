const SUFFIXES = ["ingly", "edly", "ing", "ed", "ly", "es", "s"];

/** The words of `text` in lower case, in order. Letters and digits of every script belong to words. */
export function tokenize(text) {
  const words = [];
  let word = "";
  for (const character of text.toLowerCase()) {
    if (/[\p{L}\p{N}]/u.test(character)) {
      word += character;
    } else if (word !== "") {
      words.push(word);
      word = "";
    }
  }
  if (word !== "") words.push(word);
  return words;
}

/** `word` without its ending. What remains has at least three letters. */
export function stem(word) {
  for (const suffix of SUFFIXES) {
    if (word.endsWith(suffix) && word.length - suffix.length >= 3) {
      return word.slice(0, word.length - suffix.length);
    }
  }
  return word;
}
