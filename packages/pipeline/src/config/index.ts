export type { AzureConfig, Config, HostConfig } from "./config.ts";
export { ConfigError, type ConfigErrorCode, type ConfigProblem } from "./config-error.ts";
export { parseConfig, readConfig } from "./read-config.ts";
export { configJsonSchema } from "./schema.ts";
