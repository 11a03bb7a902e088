import type { Cloud } from "./kinds/kind.ts";

/** Resource SKUs of virtual machines: where they are sold, and their capabilities. */
export function listSkus(cloud: Cloud, filter: string | null): object[] {
  const only = /^\s*location eq '([^']+)'\s*$/i.exec(filter ?? "")?.[1]?.toLowerCase();
  return Object.entries(cloud.settings.sizes).flatMap(([name, size]) =>
    cloud.settings.locations
      .filter((location) => only === undefined || location === only)
      .map((location) => {
        const sold = size.locations?.includes(location) ?? true;
        return {
          resourceType: "virtualMachines",
          name,
          tier: "Standard",
          size: name.replace(/^Standard_/, ""),
          family: size.family,
          locations: [location],
          locationInfo: [{ location, zones: size.zones ?? ["1", "2", "3"], zoneDetails: [] }],
          capabilities: [
            { name: "vCPUs", value: String(size.vCpus) },
            { name: "MemoryGB", value: String(size.memoryGiB) },
            { name: "HyperVGenerations", value: "V1,V2" },
            { name: "LowPriorityCapable", value: "True" },
          ],
          restrictions: sold
            ? []
            : [
                {
                  type: "Location",
                  values: [location],
                  restrictionInfo: { locations: [location] },
                  reasonCode: "NotAvailableForSubscription",
                },
              ],
        };
      }),
  );
}
