export { type DraftMailbox, type ImapDraft, type ImapPlacement, openDraftMailbox } from "./open-mailbox.ts";
export { type ImapOptions, imapPassword } from "./options.ts";
