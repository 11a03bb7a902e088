export { approveDraft, mailOf } from "./approve-draft.ts";
export { composeDraft, type OutgoingDraft } from "./compose-draft.ts";
export { type DraftMail, draftMails, type OutreachServices } from "./draft-mail.ts";
export { exportDraft, noteDelivery } from "./export-draft.ts";
export { type DraftPlace, openDraftPlace } from "./push-draft.ts";
export { type UpstreamState, upstreamState } from "./upstream-state.ts";
