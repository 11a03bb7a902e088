import type { Authority } from "./authority.ts";
import type { ArmControl } from "./control.ts";
import type { Faults } from "./faults.ts";
import type { Cloud } from "./kinds/kind.ts";
import { eraseVm } from "./kinds/remove-vm.ts";
import { evict } from "./kinds/vm-actions.ts";
import { VM, type VmProperties } from "./kinds/vm-properties.ts";
import { mostAtOnce } from "./most-at-once.ts";
import type { Throttle } from "./throttle.ts";
import type { ArmCall } from "./types.ts";
import type { Resource } from "./world.ts";

interface Parts {
  readonly authority: Authority;
  readonly throttle: Throttle;
  readonly faults: Faults;
  readonly calls: readonly ArmCall[];
  readonly state: { denied: readonly string[] };
  readonly setQuota: (location: string, name: string, limit: number) => void;
}

/** The controls of an emulator in this process. */
export function makeControl(cloud: Cloud, parts: Parts): ArmControl {
  const vmNamed = (name: string): Resource<VmProperties> => {
    const vm = cloud.world.all<VmProperties>(VM).find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (vm === undefined) throw new Error(`There is no VM of the name ${name}.`);
    return vm;
  };
  const inventory: ArmControl["inventory"] = async () =>
    cloud.world.inventory(({ id }) => cloud.machines.get(id)?.power ?? null);
  return {
    inventory,
    alive: async (tags = {}) =>
      (await inventory()).filter((item) => item.type === VM && carries(item.tags, tags)),
    mostAlive: async (tags) =>
      mostAtOnce(cloud.world.billing().filter((row) => row.type === VM && carries(row.tags, tags))),
    calls: async () => [...parts.calls],
    billing: async () => cloud.world.billing(),
    violations: async () => [...parts.throttle.violations],
    addFault: async (rule) => parts.faults.add(rule),
    removeFault: async (id) => parts.faults.remove(id),
    evict: async (name) => await evict(cloud, vmNamed(name)),
    deleteVm: async (name) => await eraseVm(cloud, vmNamed(name)),
    shutDown: async (name) => {
      const machine = cloud.machines.get(vmNamed(name).id);
      if (machine === undefined) return;
      await machine.backed?.halt();
      machine.power = "stopped";
    },
    deny: async (actions) => {
      parts.state.denied = [...actions];
    },
    endReservations: async () => cloud.machines.endReservations(),
    setQuota: async (location, name, limit) => parts.setQuota(location, name, limit),
    expireTokens: async () => parts.authority.expireTokens(),
    changeSecret: async (secret) => parts.authority.changeSecret(secret),
  };
}

function carries(tags: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => tags[key] === value);
}
