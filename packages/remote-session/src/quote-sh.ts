/** Quotes text as one word of POSIX sh. NUL cannot be in a word; check for it before. */
export function quoteSh(text: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
