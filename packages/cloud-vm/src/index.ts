export { MachineError, type MachineErrorCode, type MachineErrorFacts } from "./errors.ts";
export type {
  Machine,
  MachinePlacement,
  MachineRequest,
  MachineState,
  MachineTags,
  SshEndpoint,
} from "./machine.ts";
export type {
  DiagnoseOptions,
  MachinePrice,
  MachineProvider,
  NetworkRemoval,
  ProviderCheck,
} from "./provider.ts";
export type { OwnedResource } from "./sweep/owned-resource.ts";
export {
  planSweep,
  type KnownMachine,
  type SweepFacts,
  type SweepPlan,
  type SweepReason,
  type SweepRemoval,
} from "./sweep/plan-sweep.ts";
export { runSweep, type SweepOptions, type SweepReport } from "./sweep/run-sweep.ts";
