import { composeEml, type ComposedEml, type EmlIntent } from "@universe-optimize/email-renderer";

export const intent: EmlIntent = {
  file: "email_1_proof.md",
  to: { name: "Ada Example", address: "ada@example.com" },
  from: { name: "Sam Example", address: "sam@example.com" },
  subject: "I created 3 commits — for fast-parser",
  body: "Hi Ada,\n\nI measured it, see https://example.com/proof.\n\nSam\n",
  date: new Date("2026-03-01T12:00:00Z"),
  draftId: "spring/project-001/email_1_proof",
  inReplyTo: null,
};

/** A message and the name of its draft, as the adapters take it. */
export async function mail(
  changes: Partial<EmlIntent> = {},
): Promise<ComposedEml & { readonly draftId: string }> {
  const whole = { ...intent, ...changes };
  return { ...(await composeEml(whole)), draftId: whole.draftId };
}
