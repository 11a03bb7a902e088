import { normaliseBody, oneLine } from "./clean-text.ts";
import type { RenderedEmail } from "./types.ts";

/** Who writes, as the configuration says (`outreach.sender`); null: not set. */
export interface Sender {
  readonly name: string | null;
  readonly email: string | null;
  readonly postalAddress: string | null;
  /** A sentence that says how to be left alone. */
  readonly optOut: string | null;
}

/**
 * The footer of every mail: `--`, the sender's name, the postal address, and how to opt out, a line each. Null when one of the
 * three is missing: then no mail can be approved.
 */
export function footerText(sender: Sender): string | null {
  const lines = [sender.name, sender.postalAddress, sender.optOut].map((text) =>
    oneLine((text ?? "").trim().replace(/[ ,]*[\r\n]+\s*/g, ", ")),
  );
  return lines.includes("") ? null : `--\n${lines.join("\n")}\n`;
}

/** The mail with the footer at its end, once. Without a complete sender it is returned as it is. */
export function withFooter(email: RenderedEmail, sender: Sender): RenderedEmail {
  const footer = footerText(sender);
  if (footer === null || hasFooter(email.body, sender)) return email;
  return { subject: email.subject, body: normaliseBody(`${email.body.trimEnd()}\n\n${footer}`) };
}

/** Whether a body, which a person may have edited, still ends with the footer. White space at line ends does not count. */
export function hasFooter(body: string, sender: Sender): boolean {
  const footer = footerText(sender);
  const lines = normaliseBody(body).replace(/[^\S\n]+$/gm, "");
  return footer !== null && `\n${lines}`.endsWith(`\n${footer}`);
}
