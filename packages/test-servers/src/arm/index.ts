export { type ArmProcess, type ArmProcessOptions, remoteControl, startArmProcess } from "./arm-process.ts";
export type { ArmAccess, ArmControl } from "./control.ts";
export { type ControlServer, startControlServer } from "./control-server.ts";
export type { FaultRule } from "./faults.ts";
export type { CallHook } from "./listener.ts";
export { sshdBacking } from "./sshd-backing.ts";
export { startArm, type TestArm } from "./start-arm.ts";
export type { Bucket, Throttling, ThrottleViolation } from "./throttle.ts";
export { trustAuthority } from "./trust.ts";
export type {
  ArmCall,
  ArmDurations,
  ArmOptions,
  BackedVm,
  BillingRow,
  BootRequest,
  InventoryItem,
  VmBacking,
  VmSize,
} from "./types.ts";
