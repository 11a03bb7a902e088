import { createHash } from "node:crypto";

/** What a person approves. */
export interface HashedDraft {
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
}

/**
 * SHA-256 (hex) of what goes out: to whom, under which subject, with which text. An approval belongs to this and to nothing else.
 *
 * The same for what reads the same: line ends and white space at the ends do not count, nor do capitals of the address. Every
 * other change gives another hash. The parts are kept apart by their JSON, so that no text can move from one to the next.
 */
export function draftHash({ recipient, subject, body }: HashedDraft): string {
  const lines = body
    .replace(/\r\n?/g, "\n")
    .replace(/[^\S\n]+$/gm, "")
    .trim();
  const parts = [
    "universe-draft/1",
    recipient.trim().toLowerCase(),
    subject.replace(/\s+/g, " ").trim(),
    lines,
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
