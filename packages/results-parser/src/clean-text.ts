/* oxlint-disable no-control-regex -- finding control characters is what this file is for */
/*
 * Each expression either has a fixed bound or its parts cannot match the same character, so that none of them takes more
 * than linear time on hostile input.
 */

/** CSI sequences ("ESC [ 31 m"), also with the one-byte introducer. */
const CSI = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/g;
/** OSC, DCS, SOS, PM and APC strings up to their terminator: window titles, hyperlinks. */
const ESCAPE_STRING =
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f\n]{0,2048}(?:\u0007|\u001b\\|\u009c)/g;
/** What is left of an escape sequence that is none of these. */
const SHORT_ESCAPE = /\u001b[ -/]{0,4}[0-~]?/g;
/** Control characters but TAB and LF; they are dealt with by the caller. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/**
 * Characters that reorder, hide or annotate text: bidi controls, zero width space and joiner of words, byte order mark,
 * soft hyphen, Hangul fillers, interlinear annotation, tags. ZWJ and ZWNJ stay: scripts and emoji need them.
 */
const INVISIBLE =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

/** No field of a result file needs more characters than this before it is cleaned. */
const LEAD = 16;

/**
 * One line that is safe to show: escape sequences, control characters, bidi controls and invisible characters are gone,
 * every run of white space is one blank, and what is longer than `maxChars` UTF-16 units ends with '…'.
 */
export function cleanLine(text: string, maxChars: number): string {
  // Cut early, so that a 10 MB string costs no more than a long one.
  const early = text.length > maxChars * LEAD ? text.slice(0, maxChars * LEAD) : text;
  const line = strip(early.replace(/\r\n?/g, "\n"))
    .replace(/[\u2028\u2029\u0085]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return cut(line, maxChars);
}

/** The same for text of several lines: LF and TAB stay, CR LF and CR become LF. */
export function cleanBlock(text: string, maxChars: number): string {
  const early = text.length > maxChars * LEAD ? text.slice(0, maxChars * LEAD) : text;
  return cut(strip(early.replace(/\r\n?/g, "\n")).replace(/[\u2028\u2029]/g, "\n"), maxChars);
}

/** True when `cleanLine` would change more than white space at the ends: for fields that are refused, not repaired. */
export function hasUnsafeCharacters(text: string): boolean {
  return /[\t\n\u2028\u2029]/.test(text) || strip(text) !== text;
}

function strip(text: string): string {
  return text
    .toWellFormed()
    .replace(ESCAPE_STRING, "")
    .replace(CSI, "")
    .replace(SHORT_ESCAPE, "")
    .replace(CONTROL, "")
    .replace(INVISIBLE, "");
}

function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const end = maxChars - 1;
  // A surrogate pair is not torn apart.
  const last = text.charCodeAt(end - 1);
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end)}…`;
}
