import { randomUUID } from "node:crypto";
import { ArmError } from "./arm-error.ts";
import type { BillingRow, InventoryItem } from "./types.ts";

/** What a kind of resource holds; its schema has checked what came from outside. */
export interface Resource<P = Record<string, unknown>> {
  readonly id: string;
  readonly name: string;
  /** `Microsoft.Compute/virtualMachines` */
  readonly type: string;
  /** Names on the way to it: the network's, then the subnet's. */
  readonly names: readonly string[];
  readonly group: string;
  readonly location: string;
  tags: Record<string, string>;
  readonly zones: readonly string[] | null;
  sku: unknown;
  properties: P;
  provisioningState: "Creating" | "Updating" | "Succeeded" | "Failed" | "Deleting";
  etag: string;
  readonly createdAt: number;
}

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  tags: Record<string, string>;
  provisioningState: "Succeeded" | "Deleting";
  readonly createdAt: number;
}

type MutableBill = {
  -readonly [K in keyof BillingRow]: K extends "billed"
    ? { from: number; to: number | null }[]
    : BillingRow[K];
};

const BILLED_TYPES = new Set(
  ["Microsoft.Compute/virtualMachines", "Microsoft.Compute/disks", "Microsoft.Network/publicIPAddresses"].map(
    (type) => type.toLowerCase(),
  ),
);

/** Everything that exists in the subscription. */
export class World {
  readonly subscriptionId: string;
  readonly groups: Map<string, Group> = new Map();
  readonly #resources = new Map<string, Resource>();
  readonly #bills: MutableBill[] = [];
  readonly #listLagMs: number;
  #lastInstant = 0;

  constructor(subscriptionId: string, listLagMs: number) {
    this.subscriptionId = subscriptionId;
    this.#listLagMs = listLagMs;
  }

  idOf(group: string, type: string, names: readonly string[]): string {
    const [namespace, ...types] = type.split("/");
    const path = types.map((part, index) => `${part}/${names[index]}`).join("/");
    return `/subscriptions/${this.subscriptionId}/resourceGroups/${group}/providers/${namespace}/${path}`;
  }

  find<P = Record<string, unknown>>(id: string): Resource<P> | undefined {
    return this.#resources.get(id.toLowerCase()) as Resource<P> | undefined;
  }

  /** The resource that a body refers to. */
  refer<P = Record<string, unknown>>(id: string, by: string): Resource<P> {
    const found = this.find<P>(id);
    if (found === undefined) {
      throw new ArmError(
        404,
        "InvalidResourceReference",
        `Resource ${id} referenced by resource ${by} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
      );
    }
    return found;
  }

  add<P>(resource: Omit<Resource<P>, "id" | "etag" | "createdAt">): Resource<P> {
    const id = this.idOf(resource.group, resource.type, resource.names);
    const added: Resource<P> = { ...resource, id, etag: randomUUID(), createdAt: this.#instant() };
    this.#resources.set(id.toLowerCase(), added as Resource);
    if (BILLED_TYPES.has(resource.type.toLowerCase())) {
      this.#bills.push({
        id,
        type: resource.type,
        name: resource.name,
        tags: resource.tags,
        createdAt: added.createdAt,
        deletedAt: null,
        billed: [{ from: added.createdAt, to: null }],
      });
    }
    return added;
  }

  remove(resource: Resource<never> | Resource): void {
    this.#resources.delete(resource.id.toLowerCase());
    this.bill(resource.id, false);
    const bill = this.#openBill(resource.id);
    if (bill !== undefined) bill.deletedAt = this.#instant();
  }

  /** Begins or ends billing of what goes on existing: a VM that is deallocated or started. */
  bill(id: string, on: boolean): void {
    const bill = this.#openBill(id);
    const last = bill?.billed.at(-1);
    if (bill === undefined) return;
    if (!on && last !== undefined && last.to === null) last.to = this.#instant();
    if (on && last?.to !== null) bill.billed.push({ from: this.#instant(), to: null });
  }

  /** Everything of a type, whatever its age. */
  all<P = Record<string, unknown>>(type?: string): Resource<P>[] {
    const all = [...this.#resources.values()] as Resource<P>[];
    return type === undefined
      ? all
      : all.filter((resource) => resource.type.toLowerCase() === type.toLowerCase());
  }

  /** What a list shows: nothing that is younger than the lag. */
  listed(type?: string): Resource[] {
    const before = Date.now() - this.#listLagMs;
    return this.all(type).filter((resource) => resource.createdAt <= before);
  }

  group(name: string): Group | undefined {
    return this.groups.get(name.toLowerCase());
  }

  inventory(powerOf: (resource: Resource) => string | null): InventoryItem[] {
    const groups = [...this.groups.values()].map((group) => ({
      id: group.id,
      type: "Microsoft.Resources/resourceGroups",
      name: group.name,
      group: group.name,
      location: group.location,
      tags: group.tags,
      provisioningState: group.provisioningState,
      powerState: null,
    }));
    const resources = this.all().map((resource) => ({
      id: resource.id,
      type: resource.type,
      name: resource.name,
      group: resource.group,
      location: resource.location,
      tags: resource.tags,
      provisioningState: resource.provisioningState,
      powerState: powerOf(resource),
    }));
    return [...groups, ...resources];
  }

  billing(): BillingRow[] {
    return structuredClone(this.#bills);
  }

  /** Now, but never the same twice: what ended before something began must show. */
  #instant(): number {
    this.#lastInstant = Math.max(Date.now(), this.#lastInstant + 0.001);
    return this.#lastInstant;
  }

  #openBill(id: string): MutableBill | undefined {
    return this.#bills.find((bill) => bill.deletedAt === null && bill.id.toLowerCase() === id.toLowerCase());
  }
}

/** A resource as a GET shows it. */
export function view(resource: Resource, more: object = {}): object {
  return {
    id: resource.id,
    name: resource.name,
    type: resource.type,
    location: resource.location,
    ...(Object.keys(resource.tags).length === 0 ? {} : { tags: resource.tags }),
    ...(resource.zones === null ? {} : { zones: resource.zones }),
    ...(resource.sku === undefined ? {} : { sku: resource.sku }),
    etag: `W/"${resource.etag}"`,
    properties: { ...resource.properties, provisioningState: resource.provisioningState, ...more },
  };
}
