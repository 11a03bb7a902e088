// Control characters, line separators, and marks that reorder or hide text.
const UNWANTED =
  /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]+/gu;

/** One line out of text that a stranger wrote: no escapes for a terminal, at most `longest` characters. */
export function plainText(text: string, longest: number): string {
  const line = text
    .slice(0, longest * 8)
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- terminal sequences are what is looked for
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/gu, "")
    .replace(UNWANTED, " ")
    .replace(/\s+/gu, " ")
    .trim();
  const characters = Array.from(line);
  return characters.length <= longest
    ? line
    : `${characters
        .slice(0, longest - 1)
        .join("")
        .trimEnd()}…`;
}
