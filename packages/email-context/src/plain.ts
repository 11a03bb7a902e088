// What is not to be in a context: control characters, line breaks of all kinds, and marks that turn text around on a screen.
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const unwanted = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\s]+/g;

/** One line of plain text, at most `max` UTF-16 units, cut between words where there are any. */
export function plain(text: string, max = 500): string {
  const line = text
    .slice(0, 20 * max)
    .toWellFormed()
    .replace(unwanted, " ")
    .trim();
  if (line.length <= max) return line;
  const cut = line.slice(0, max - 1);
  const space = cut.lastIndexOf(" ");
  const kept = space > max / 2 ? cut.slice(0, space) : cut.replace(/[\ud800-\udbff]$/, "");
  return `${kept.trimEnd()}…`;
}
