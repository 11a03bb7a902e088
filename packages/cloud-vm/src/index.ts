export { MachineError, type MachineErrorCode, type MachineErrorFacts } from "./errors.ts";
export type { Machine, MachineRequest, MachineState, MachineTags, SshEndpoint } from "./machine.ts";
export type { MachinePrice, MachineProvider } from "./provider.ts";
