const lineBreaks = /\r\n?|[\u0085\u2028\u2029]/g;
// Tab and LF stay. The second part turns text around on the screen, so that one reads something else than what is there.
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|[\u202a-\u202e\u2066-\u2069]/g;

// ECMA-48: strings (OSC, DCS, SOS, PM, APC) with their terminator, control sequences, other escapes. A string ends at the next
// control at the latest, so that the search is linear; Node's stripVTControlCharacters takes seconds for 60 KB of `ESC ]`.
const terminalSequences =
  // oxlint-disable-next-line no-control-regex -- escapes are what this is about
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0080-\u009f]*(?:\u0007|\u001b\\|\u009c)|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-Z\\^-~]/g;

/** LF for every kind of line break, and no byte order mark. */
export function normaliseLineBreaks(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(lineBreaks, "\n");
}

/** Removes control characters but tab and LF, and mends lone surrogates, which no file can hold. */
function dropControls(text: string): string {
  return text.toWellFormed().replace(controls, "");
}

/**
 * A value as it may be printed in a body: whole terminal sequences go, then what is left of control characters.
 * Values are cleaned one by one: a sequence that begins in one value and ends in another would take the text between along.
 */
export function cleanValue(value: string): string {
  return dropControls(value.replace(terminalSequences, "").replace(lineBreaks, "\n"));
}

/** One line without control characters or runs of white space: a header cannot be injected. */
export function oneLine(text: string): string {
  return dropControls(text.replace(lineBreaks, " ")).replace(/\s+/g, " ").trim();
}

/** A body's one form: LF, no blank lines before it, one LF after it. */
export function normaliseBody(text: string): string {
  return `${dropControls(text.replace(lineBreaks, "\n"))
    .replace(/^(?:[^\S\n]*\n)+/, "")
    .trimEnd()}\n`;
}
