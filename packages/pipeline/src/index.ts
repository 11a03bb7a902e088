export { readSecrets, secretNames, type Secrets, secretsOf } from "./campaign/secrets.ts";
export { systemClock } from "./clock.ts";

export { machineName, type MachinePurpose, machineRequest } from "./machine/machine-request.ts";
export { overridePolicy } from "./policy/override-policy.ts";
export type { RunProgress } from "./run/advance.ts";
export { wantsRunAfterEviction } from "./run/after-eviction.ts";
export { discardMachine } from "./run/discard-machine.ts";
export { wantsStrongerModel } from "./run/choose-model.ts";
export { drive, type DriveOptions, type DriveResult } from "./run/drive.ts";
export { driveAll, type ProjectResult } from "./run/drive-all.ts";
export { requestProof } from "./run/request-proof.ts";
export { type Estimate, estimateStart } from "./run/estimate.ts";
export { lastSweep, reap, type ReapOptions, type SweepRecord } from "./run/reap.ts";
export { kitFingerprint } from "./run/kit-fingerprint.ts";
export { type HeldLease, holdLease, isAbandoned } from "./run/lease-keeper.ts";
export { describeHolder, holderIsDead, leaseOwner } from "./run/lease-owner.ts";
export { proofPlace } from "./run/proof-place.ts";
export { releaseSecrets } from "./run/release-secrets.ts";
export { rerender, type RerenderResult } from "./run/rerender.ts";
export { machineNameOf, sessionIdOf } from "./run/run-identity.ts";
export { requestStop, stopWasRequested } from "./run/stop-request.ts";
export { type SecretScanner, secretScanner } from "./secrets/scanner.ts";
export type { Clock, Services } from "./services.ts";
export {
  isBeyond,
  lastStepOfProof,
  parsePosition,
  type Position,
  type ProofPlace,
  type StepName,
  STEPS,
} from "./state/step-name.ts";
export { stopDecision, type StopDecision, type StopLimits, type WatchFacts } from "./state/stop-rules.ts";
export {
  isWaitForRoom,
  type RunEvent,
  type RunState,
  transition,
  type Transition,
  type TransitionPolicy,
} from "./state/transition.ts";
export { type Verdict, verdictOf } from "./state/verdict.ts";
