export { buildContext, type ContextInput } from "./build-context.ts";
export { contextFields } from "./context-fields.ts";
export { contextJson } from "./context-json.ts";
export {
  type DraftExpiry,
  draftExpiry,
  type DraftExpiryCode,
  type DraftExpiryFacts,
} from "./draft-expiry.ts";
export { defaultGateRules, gateVerdict } from "./gate-verdict.ts";
export type { QuotableNumbers, QuotedOptimization } from "./numbers.ts";
export { quotableNumbers } from "./numbers.ts";
export type { ClaimProofFacts, ProofFacts } from "./proof-facts.ts";
export { provenSentence, type ProvenSentenceFacts } from "./proven-sentence.ts";
export { provenText } from "./proven-text.ts";
export { summarySentence, type SummaryFacts } from "./summary-sentence.ts";
export type { BuiltContext, Context, GateRules, GateVerdict, NumbersBasis } from "./types.ts";
