export { azureProvider, type AzureProvider } from "./azure-provider.ts";
export type { AzureEvent } from "./events.ts";
export { processMemory, type Memory } from "./memory.ts";
export type { AzureProviderOptions } from "./options.ts";
export { AZURE_RATE_LIMITS, type RateBucket, type RateLimit, type RateLimits } from "./rate-gate.ts";
