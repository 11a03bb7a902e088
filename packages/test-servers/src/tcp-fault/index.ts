export {
  startFaultProxy,
  type FaultConnection,
  type FaultCounts,
  type FaultProxy,
  type StartFaultProxyOptions,
} from "./fault-proxy.ts";
export type { Fault } from "./fault.ts";
