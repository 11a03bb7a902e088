/** One word of POSIX sh that stands for exactly `text`, whatever it holds (but NUL, which no argument can hold). */
export function shellQuote(text: string): string {
  if (/^[A-Za-z0-9_./:@%+,=-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
