export { hostsProvider, type HostsProviderOptions } from "./hosts-provider.ts";
export type { HostEntry } from "./inventory.ts";
