/** A longer line is skipped: no event that is read comes near it. */
const MAX_LINE_BYTES: number = 16 * 2 ** 20;

/** The first lines are looked at whole: they tell a stream of events from plain text. */
const HEAD_LINES = 20;
const MAX_HEAD_LINE_BYTES = 2 ** 20;

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * Where a line is worth parsing: `"type": "result"` and `"subtype": "init"`, wherever in the line they stand. A search begins
 * at a letter, not at the opening quote, since JSON is full of quotes: that doubles its speed.
 */
const MARKERS: readonly { readonly value: Buffer; readonly keys: readonly Buffer[] }[] = [
  { value: Buffer.from('result"'), keys: [Buffer.from('"type"')] },
  { value: Buffer.from('init"'), keys: [Buffer.from('"subtype"'), Buffer.from('"type"')] },
];

/**
 * Where further events of interest begin, as all agents write them. What follows tells which: `s`ystem, `r`ate_limit_event, `e`rror, `th`read.started,
 * `tu`rn.completed, and `i`tem.completed where it is a message of the agent. Looking at ten bytes of each line costs next to nothing; one more search
 * over the whole log would cost a third of the speed.
 */
const EVENT_START = Buffer.from('{"type":"');
const [LETTER_E, LETTER_H, LETTER_I, LETTER_R, LETTER_S, LETTER_T, LETTER_U] = Buffer.from("ehirstu");
const AGENT_MESSAGE = Buffer.from('"type":"agent_message"');
/** Events of these kinds are short. */
const MAX_EVENT_BYTES = 65_536;

/** What was seen of a log, apart from its events. */
export interface LineCounts {
  lines: number;
  /** Longer than `MAX_LINE_BYTES`. */
  tooLong: number;
  /** Neither blank nor in braces. */
  notJson: number;
  blank: number;
}

/**
 * Splits a log into lines and hands on the few that may matter, as bytes that are valid during the call only. The
 * others, which is nearly all of a long log, are neither decoded nor copied: they are found to hold no marker by a search over
 * the whole chunk.
 */
export class TranscriptLines {
  readonly counts: LineCounts = { lines: 0, tooLong: 0, notJson: 0, blank: 0 };
  readonly #onLine: (line: Buffer) => void;
  #carry: Buffer[] = [];
  #carryBytes = 0;
  #skipping = false;

  constructor(onLine: (line: Buffer) => void) {
    this.#onLine = onLine;
  }

  push(bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const markers = MARKERS.map((marker) => new MarkerSearch(chunk, marker));
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      if (this.#skipping || this.#carryBytes > 0) this.#endCarried(chunk.subarray(start, end));
      else
        this.#line(
          chunk.subarray(start, end),
          markers.some((marker) => marker.isWithin(start, end)),
        );
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  /** Call once, at the end: the last line may have no newline. */
  end(): void {
    if (this.#skipping || this.#carryBytes > 0) this.#endCarried(Buffer.alloc(0));
  }

  /** Copies the beginning of a line whose end is in a later chunk: the caller may use its buffer again. */
  #keep(part: Buffer): void {
    if (part.length === 0 || this.#skipping) return;
    if (this.#carryBytes + part.length > MAX_LINE_BYTES) {
      this.#skipping = true;
      this.#carry = [];
      this.#carryBytes = 0;
      return;
    }
    this.#carry.push(Buffer.from(part));
    this.#carryBytes += part.length;
  }

  #endCarried(rest: Buffer): void {
    if (!this.#skipping && this.#carryBytes + rest.length > MAX_LINE_BYTES) this.#skipping = true;
    if (this.#skipping) {
      this.#skipping = false;
      this.counts.lines += 1;
      this.counts.tooLong += 1;
    } else {
      const line = Buffer.concat([...this.#carry, rest]);
      this.#line(
        line,
        MARKERS.some((marker) => new MarkerSearch(line, marker).isWithin(0, line.length)),
      );
    }
    this.#carry = [];
    this.#carryBytes = 0;
  }

  #line(line: Buffer, marked: boolean): void {
    this.counts.lines += 1;
    if (line.length > MAX_LINE_BYTES) {
      this.counts.tooLong += 1;
      return;
    }
    let last = line.length - 1;
    while (last >= 0 && isBlank(line[last])) last -= 1;
    let first = 0;
    while (first < last && isBlank(line[first])) first += 1;
    if (last < 0) {
      this.counts.blank += 1;
      return;
    }
    if (line[first] !== OPEN || line[last] !== CLOSE) this.counts.notJson += 1;
    else if (
      marked ||
      isShortEvent(line, first, last) ||
      (this.counts.lines <= HEAD_LINES && line.length <= MAX_HEAD_LINE_BYTES)
    ) {
      this.#onLine(line.subarray(first, last + 1));
    }
  }
}

function isShortEvent(line: Buffer, first: number, last: number): boolean {
  if (last - first >= MAX_EVENT_BYTES) return false;
  for (let at = 0; at < EVENT_START.length; at += 1) {
    if (line[first + at] !== EVENT_START[at]) return false;
  }
  const at = first + EVENT_START.length;
  const letter = line[at];
  if (letter === LETTER_S || letter === LETTER_R || letter === LETTER_E) return true;
  if (letter === LETTER_T) return line[at + 1] === LETTER_U || line[at + 1] === LETTER_H;
  return letter === LETTER_I && line.subarray(at, at + 160).includes(AGENT_MESSAGE);
}

/** Walks once over a buffer, from marker to marker. */
class MarkerSearch {
  readonly #bytes: Buffer;
  readonly #marker: (typeof MARKERS)[number];
  #next = -2;

  constructor(bytes: Buffer, marker: (typeof MARKERS)[number]) {
    this.#bytes = bytes;
    this.#marker = marker;
  }

  /** Ask for ranges in rising order. */
  isWithin(start: number, end: number): boolean {
    if (this.#next === -2) this.#next = this.#find(start);
    while (this.#next !== -1 && this.#next < start) this.#next = this.#find(this.#next + 1);
    return this.#next !== -1 && this.#next < end;
  }

  #find(from: number): number {
    let at = this.#bytes.indexOf(this.#marker.value, from);
    while (at !== -1 && !this.#hasKey(at)) at = this.#bytes.indexOf(this.#marker.value, at + 1);
    return at;
  }

  /** Whether the value at `at` follows one of the keys; inside of a JSON text the quotes would be escaped. */
  #hasKey(at: number): boolean {
    if (this.#bytes[at - 1] !== QUOTE) return false;
    let end = at - 2;
    while (end >= 0 && isBlank(this.#bytes[end])) end -= 1;
    if (this.#bytes[end] !== COLON) return false;
    end -= 1;
    while (end >= 0 && isBlank(this.#bytes[end])) end -= 1;
    if (this.#bytes[end] !== QUOTE) return false;
    return this.#marker.keys.some((key) => {
      const start = end + 1 - key.length;
      return start >= 0 && this.#bytes.compare(key, 0, key.length, start, end + 1) === 0;
    });
  }
}

/** Space, tab, CR; not LF, which ends the line. */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}
