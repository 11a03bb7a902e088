/** How much of anything is accepted. A mail is a page of text; whatever is a thousand times longer is an accident or an attack. */
export interface EmailLimits {
  /** Characters of a template file. */
  readonly templateChars: number;
  /** Characters of one printed value. */
  readonly valueChars: number;
  /** Characters of a subject: what RFC 5322, 2.1.1, allows in one line. */
  readonly subjectChars: number;
  /** Characters of a body. */
  readonly bodyChars: number;
  /** Values that one Liquid template may print. */
  readonly outputs: number;
  /** Milliseconds that one Liquid render may take. */
  readonly renderMs: number;
  /** Liquid's own count of objects and characters that one render allocates. */
  readonly allocations: number;
  /** Bytes of an edited draft. */
  readonly draftBytes: number;
  /** Lines of a text that can be merged: the comparison takes time by the square of it. */
  readonly mergeLines: number;
}

/** The limits in force. They are generous and not configurable. */
export const emailLimits: EmailLimits = Object.freeze({
  templateChars: 256 * 1024,
  valueChars: 64 * 1024,
  subjectChars: 998,
  bodyChars: 256 * 1024,
  outputs: 10_000,
  renderMs: 2_000,
  allocations: 2_000_000,
  draftBytes: 1024 * 1024,
  mergeLines: 3_000,
});
