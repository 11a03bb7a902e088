import { stripVTControlCharacters } from "node:util";

// Control characters, line separators, and marks that reorder or hide text: none belongs in a single line.
const unwanted =
  /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]+/gu;

/** One line of plain text out of text that a stranger wrote: no terminal escapes, at most `maxLength` characters. */
export function cleanText(text: string, maxLength: number): string {
  // Cut first (a character takes at most two units), so that a huge text costs little.
  const head = text.slice(0, maxLength * 8);
  const line = stripVTControlCharacters(head).replace(unwanted, " ").replace(/\s+/g, " ").trim();
  const characters = Array.from(line.toWellFormed());
  if (characters.length <= maxLength && head.length === text.length) return characters.join("");
  return `${characters
    .slice(0, maxLength - 1)
    .join("")
    .trimEnd()}…`;
}
