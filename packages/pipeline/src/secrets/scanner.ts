import type { SecretFinding } from "./finding.ts";
import { LIKELY_SECRETS, MAX_LIKELY_LENGTH } from "./likely-secrets.ts";

/** A shorter value would be found everywhere; it is no secret anyway. */
const MIN_SECRET_LENGTH = 8;
const MASK = 0x2a; // *

/** Finds and masks secrets in bytes. */
export interface SecretScanner {
  /**
   * Overwrites each secret in `bytes` with `*` of the same length, so that offsets stay what they were, and returns
   * what was found.
   */
  mask(bytes: Buffer, where: string): readonly SecretFinding[];
  /** Two pieces of a stream must overlap by this many bytes, or a secret across their border is missed. */
  readonly overlap: number;
}

/** A scanner for the given values, in the forms in which they travel, and for what is likely a secret. */
export function secretScanner(values: readonly string[]): SecretScanner {
  const needles = needlesOf(values);
  return {
    overlap: Math.max(MAX_LIKELY_LENGTH, ...needles.map((needle) => needle.length)) - 1,
    mask(bytes, where) {
      const counts = new Map<string, number>();
      const hit = (kind: string, start: number, length: number): void => {
        bytes.fill(MASK, start, start + length);
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      };
      for (const needle of needles)
        for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + needle.length))
          hit("known", at, needle.length);
      // One byte a character, so that positions in the text are positions in the bytes.
      const text = bytes.toString("latin1");
      for (const { kind, pattern } of LIKELY_SECRETS)
        for (const match of text.matchAll(pattern)) hit(kind, match.index, match[0].length);
      return [...counts].map(([kind, count]) => ({ where, kind, count }));
    },
  };
}

/** The value itself, and as JSON, URLs and base64 carry it; longest first, so that no shorter form hides a longer one. */
function needlesOf(values: readonly string[]): readonly Buffer[] {
  const forms = new Set<string>();
  for (const value of values) {
    if (value.length < MIN_SECRET_LENGTH) continue;
    const base64 = Buffer.from(value).toString("base64");
    // The last characters depend on what follows the value.
    const stable = base64.slice(0, Math.floor((Buffer.byteLength(value) * 8) / 6));
    for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), stable])
      if (form.length >= MIN_SECRET_LENGTH) forms.add(form);
  }
  return [...forms].map((form) => Buffer.from(form)).toSorted((a, b) => b.length - a.length);
}

/** Reads a stream to its end and says what is in it; keeps one piece at a time in memory. */
export async function scanStream(
  pieces: AsyncIterable<Uint8Array>,
  scanner: SecretScanner,
  where: string,
): Promise<readonly SecretFinding[]> {
  const counts = new Map<string, SecretFinding>();
  let rest = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = Buffer.concat([rest, piece]);
    for (const finding of scanner.mask(bytes, where)) {
      const before = counts.get(finding.kind)?.count ?? 0;
      counts.set(finding.kind, { ...finding, count: before + finding.count });
    }
    // What was masked already is not found twice.
    rest = Buffer.from(bytes.subarray(Math.max(0, bytes.length - scanner.overlap)));
  }
  return [...counts.values()];
}
