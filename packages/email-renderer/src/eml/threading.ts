import type { RenderedEmail } from "../types.ts";

// Re, Fwd and what other languages' programs write: AW, WG, SV, VS, Antw, TR, RV, Odp.
const replyMark = /^\s*(?:re|fwd?|aw|wg|sv|vs|antw|tr|rv|odp)\s*(?:\[\d{1,3}\])?\s*[:：]\s*/iu;

/** Whether a subject pretends, or says, that it answers a mail. */
export function isReplySubject(subject: string): boolean {
  return replyMark.test(subject);
}

/**
 * A follow-up with the Message-ID of the mail that it answers keeps its 'Re:'; without one it loses it, since nothing was
 * answered. Do this before the draft's hash is made: what is approved is what goes out.
 */
export function threadedEmail(email: RenderedEmail, inReplyTo: string | null): RenderedEmail {
  if (inReplyTo !== null) return email;
  let subject = email.subject;
  while (replyMark.test(subject)) subject = subject.replace(replyMark, "");
  return subject === "" ? email : { subject, body: email.body };
}
