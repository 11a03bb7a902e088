export type * from "./proof.ts";
export type * from "./request.ts";
export { DEFAULT_SETTINGS, REDUCED_SETTINGS } from "./request.ts";
export { ProverError, type ProverErrorCode } from "./errors.ts";
export { proveClaims, type ProveOptions } from "./prove-claims.ts";
export type { ProgressEvent } from "./claim/context.ts";
