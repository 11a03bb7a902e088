export { buildContext, type ContextInput } from "./build-context.ts";
export { contextFields } from "./context-fields.ts";
export { contextJson } from "./context-json.ts";
export { defaultGateRules, gateVerdict } from "./gate-verdict.ts";
export type { QuotableNumbers, QuotedOptimization } from "./numbers.ts";
export { quotableNumbers } from "./numbers.ts";
export { summarySentence, type SummaryFacts } from "./summary-sentence.ts";
export type { BuiltContext, Context, GateRules, GateVerdict, NumbersBasis } from "./types.ts";
