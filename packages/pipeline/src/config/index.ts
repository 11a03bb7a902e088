export type { BatchBudget, BatchConfig } from "./batch-config.ts";
export type { AzureConfig, Config, HostConfig } from "./config.ts";
export { ConfigError, type ConfigErrorCode, type ConfigProblem } from "./config-error.ts";
export { parseConfig, readConfig } from "./read-config.ts";
export { configJsonSchema } from "./schema.ts";
