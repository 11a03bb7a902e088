/** No honest result file nests deeper. */
export const MAX_JSON_DEPTH = 64;

/** Deeper keys are not compared: nothing that is read lies there. */
const DUPLICATE_KEY_DEPTH = 4;

/** What a walk over the tokens of a JSON text says, before anything is built from it. */
export interface JsonScan {
  /** The first JSON value, made strict: NaN and Infinity are null, trailing commas are gone, raw control characters in strings are escaped. */
  readonly json: string;
  /** Character offset just after the value. */
  readonly end: number;
  /** Whether the value's last bracket and quote are there. */
  readonly complete: boolean;
  readonly tooDeep: boolean;
  readonly duplicateKeys: readonly string[];
  /** Names of the repairs that were made. */
  readonly repairs: readonly string[];
}

interface Frame {
  readonly isObject: boolean;
  readonly keys: Set<string> | null;
  expectsKey: boolean;
}

/**
 * Walks over the object or array that begins at `start`. One pass, linear, with bounded depth; it does not validate:
 * what it returns still goes through JSON.parse.
 */
export function scanJson(text: string, start: number): JsonScan {
  const frames: Frame[] = [];
  const parts: string[] = [];
  const duplicateKeys = new Set<string>();
  const repairs = new Set<string>();
  let copied = start;
  let at = start;

  const replace = (from: number, to: number, by: string, repair: string): void => {
    parts.push(text.slice(copied, from), by);
    copied = to;
    repairs.add(repair);
  };
  const result = (end: number, complete: boolean, tooDeep = false): JsonScan => {
    parts.push(text.slice(copied, end));
    return {
      json: parts.join(""),
      end,
      complete,
      tooDeep,
      duplicateKeys: [...duplicateKeys],
      repairs: [...repairs],
    };
  };

  while (at < text.length) {
    const char = text.charCodeAt(at);
    const frame = frames.at(-1);
    if (char === QUOTE) {
      const end = endOfString(text, at, (control) =>
        replace(
          control,
          control + 1,
          escaped(text.charCodeAt(control)),
          "control characters inside of texts",
        ),
      );
      if (end === -1) return result(text.length, false);
      if (frame?.expectsKey === true) {
        frame.expectsKey = false;
        const key = text.slice(at + 1, end - 1);
        if (frame.keys?.has(key) === true) duplicateKeys.add(key);
        frame.keys?.add(key);
      }
      at = end;
      continue;
    }
    if (char === OPEN_OBJECT || char === OPEN_LIST) {
      if (frames.length === MAX_JSON_DEPTH) return result(at, false, true);
      const isObject = char === OPEN_OBJECT;
      const keys = isObject && frames.length < DUPLICATE_KEY_DEPTH ? new Set<string>() : null;
      frames.push({ isObject, keys, expectsKey: isObject });
    } else if (char === CLOSE_OBJECT || char === CLOSE_LIST) {
      frames.pop();
      if (frames.length === 0) return result(at + 1, true);
    } else if (char === COMMA && frame !== undefined) {
      frame.expectsKey = frame.isObject;
      const next = skipBlanks(text, at + 1);
      const after = text.charCodeAt(next);
      if (after === CLOSE_OBJECT || after === CLOSE_LIST) replace(at, at + 1, "", "trailing commas");
    } else if (char === UPPER_N || char === UPPER_I || char === MINUS) {
      NOT_JSON_NUMBER.lastIndex = at;
      const word = NOT_JSON_NUMBER.exec(text)?.[0];
      if (word !== undefined) {
        replace(at, at + word.length, "null", "NaN or Infinity");
        at += word.length;
        continue;
      }
    }
    at += 1;
  }
  return result(text.length, false);
}

const [QUOTE, BACKSLASH, COMMA, MINUS] = [0x22, 0x5c, 0x2c, 0x2d];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];
const [UPPER_N, UPPER_I] = [0x4e, 0x49];
const NOT_JSON_NUMBER = /(?:NaN|-?Infinity)(?![\w$])/y;

/** The offset after the closing quote; -1 when the text ends before it. */
function endOfString(text: string, quote: number, onControl: (at: number) => void): number {
  for (let at = quote + 1; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === BACKSLASH) at += 1;
    else if (char === QUOTE) return at + 1;
    else if (char < 0x20) onControl(at);
  }
  return -1;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

function escaped(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}
