/**
 * A decimal number as people and programs write it, for use inside a larger expression: digits with thousands commas,
 * an optional fraction, an optional exponent.
 */
export const NUMBER: string = String.raw`(?:\d[\d,.]{0,40}(?:e[+-]?\d{1,3})?|\.\d{1,40})`;

const WORDS: Readonly<Record<string, number>> = {
  zero: 0,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
  hundred: 100,
};

/** Every word that `wordToNumber` knows, for use inside a larger expression. */
export const NUMBER_WORD: string = `(?:${Object.keys(WORDS).join("|")})`;

/** "three" is 3; null for any other word. */
export function wordToNumber(word: string): number | null {
  const key = word.toLowerCase();
  return Object.hasOwn(WORDS, key) ? (WORDS[key] ?? null) : null;
}

/**
 * Reads what `NUMBER` matched.
 *
 * | written | value | rule |
 * |---|---|---|
 * | `2.3`, `.5`, `1.5e3` | 2.3, 0.5, 1500 | |
 * | `1,234.5` | 1234.5 | the last of two different separators is the decimal one |
 * | `1.234,5` | 1234.5 | the same |
 * | `1,234`, `1,234,567` | 1234, 1234567 | a comma before exactly three digits separates thousands, as in English |
 * | `2,5`, `0,125` | 2.5, 0.125 | any other single comma, and every one after a leading zero, is a decimal comma |
 * | `1.2.3`, `1,2,3` | null | a version or a list, not a number |
 */
export function readNumber(text: string): number | null {
  const [mantissa = "", exponent] = text.toLowerCase().split("e");
  const digits = plainDigits(mantissa.replace(/[.,]+$/, ""));
  if (digits === null) return null;
  return Number(exponent === undefined ? digits : `${digits}e${exponent}`);
}

function plainDigits(text: string): string | null {
  if (/^(?:\d+(?:\.\d+)?|\.\d+)$/.test(text)) return text;
  if (/^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/.test(text)) return text.replaceAll(",", "");
  if (/^[1-9]\d{0,2}(?:\.\d{3})+,\d+$/.test(text)) return text.replaceAll(".", "").replace(",", ".");
  if (/^\d+,\d+$/.test(text)) return text.replace(",", ".");
  return null;
}
