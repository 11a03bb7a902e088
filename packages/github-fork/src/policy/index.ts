export { policyVerdict } from "./policy-verdict.ts";
export { type PolicySource, readPolicy, sourceOfReader } from "./read-policy.ts";
export type { PolicyFile, PolicyKind, PolicyTopic, PolicyVerdict } from "./verdict.ts";
