/* oxlint-disable no-control-regex -- finding control characters is what this file is for */
const ESCAPE =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b\n]{0,2048}(?:\u0007|\u001b\\)?|[ -/]{0,4}[0-~]?)/g;
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** What repository code wrote, safe to show: no escape sequence, control or reordering character; at most `maxChars`, in one line. */
export function oneLine(text: string, maxChars = 300): string {
  const line = text
    .slice(0, maxChars * 8)
    .replace(ESCAPE, "")
    .replace(UNSAFE, " ")
    .replace(/\s+/g, " ")
    .trim();
  return line.length <= maxChars ? line : `${line.slice(0, maxChars - 1).toWellFormed()}…`;
}

/** The last words of a failed command, which is where errors stand. */
export function lastWords(text: string, maxChars = 300): string {
  const line = oneLine(text.slice(-maxChars * 4), maxChars * 4);
  return line.length <= maxChars ? line : `…${line.slice(1 - maxChars).toWellFormed()}`;
}
