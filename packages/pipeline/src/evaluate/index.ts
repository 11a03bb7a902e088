export { evaluate, type EvaluatedRun, type Evaluation, type Spread } from "./evaluation.ts";
export { evaluationHtml } from "./evaluation-html.ts";
export { evaluationMarkdown } from "./evaluation-markdown.ts";
export { gatherRuns } from "./gather-runs.ts";
