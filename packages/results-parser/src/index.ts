export type {
  ClaimedOptimization,
  Experiment,
  ExperimentTable,
  ExperimentVerdict,
  Measurement,
  MeasurementUnit,
  MemorySaving,
  Quantity,
  ResultsIssue,
  RunResults,
  Speedup,
  Summary,
  SummaryStatus,
  Transcript,
  UsageLimit,
} from "./results.ts";
export { ResultsError, type ResultsErrorCode, type ResultsErrorFacts } from "./errors.ts";
export { parseExperiments } from "./experiments.ts";
export { formatMemory, formatSpeedup } from "./format.ts";
export { parseMeasurement } from "./measurement.ts";
export { parseMemory } from "./memory.ts";
export { readResults } from "./read-results.ts";
export { parseResetTime } from "./reset-time.ts";
export { parseSpeedup, type ParseSpeedupOptions } from "./speedup.ts";
export { parseSummary } from "./summary.ts";
export { parseTranscript } from "./transcript.ts";
