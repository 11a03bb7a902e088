import { randomUUID } from "node:crypto";
import { ArmError } from "../arm-error.ts";
import type { FaultRule, Strike } from "../faults.ts";
import type { Operation, Operations } from "../operations.ts";
import type { Settings } from "../settings.ts";
import { type Group, type Resource, type World } from "../world.ts";
import type { Machines } from "../machines.ts";

/** What every kind of resource works on. */
export interface Cloud {
  readonly world: World;
  readonly operations: Operations;
  readonly machines: Machines;
  readonly settings: Settings;
  /** Operations that remove a resource, by its id in lower case. */
  readonly deletions: Map<string, Operation>;
}

/** A body whose schema has been checked. */
export interface Body {
  readonly location?: string;
  readonly tags?: Record<string, string>;
  readonly zones?: readonly string[];
  readonly sku?: unknown;
  readonly properties?: Record<string, unknown>;
}

export interface PutRequest {
  readonly names: readonly string[];
  readonly group: Group;
  readonly existing: Resource | undefined;
  readonly body: Body;
  /** A fault of the operation: `fail` or `stall`. */
  readonly fault: Strike | null;
}

export interface PutOutcome {
  readonly resource: Resource;
  readonly created: boolean;
  /** null: done already. */
  readonly operation: Operation | null;
}

export interface ActionRequest {
  readonly resource: Resource;
  readonly body: unknown;
  readonly query: URLSearchParams;
  readonly fault: Strike | null;
  /** `https://127.0.0.1:port` */
  readonly base: string;
}

/** An operation, or a body that answers at once (undefined: 204). */
type ActionOutcome = { readonly operation: Operation } | { readonly body: object | undefined };

/** A type of resources: what its writes check and do. */
export interface Kind {
  /** `Microsoft.Compute/virtualMachines` */
  readonly type: string;
  /** The newest api-version that the service knows. */
  readonly newestVersion: string;
  put(cloud: Cloud, request: PutRequest): PutOutcome;
  /** Throws when something holds it. */
  remove(cloud: Cloud, resource: Resource, fault: Strike | null, query: URLSearchParams): Operation;
  view(cloud: Cloud, resource: Resource, query: URLSearchParams): object;
  readonly actions: Readonly<
    Record<
      string,
      {
        readonly method: "GET" | "POST";
        run(cloud: Cloud, request: ActionRequest): ActionOutcome;
      }
    >
  >;
}

/** The failure that a fault asks for. */
function failureOf(rule: FaultRule): ArmError {
  return new ArmError(
    rule.status ?? 409,
    rule.code ?? "InternalExecutionError",
    rule.message ?? "An internal execution error occurred. Please retry later.",
  );
}

/** Begins an operation with what a fault does to it: nothing, a failure before or after the work, or more time. */
export function operate(
  cloud: Cloud,
  durationMs: number,
  fault: Strike | null,
  work: { readonly act: () => unknown; readonly failed?: (failure: ArmError) => void },
): Operation {
  return cloud.operations.start(durationMs + (fault?.ms ?? 0), async () => {
    if (fault?.effect === "stall" && fault.ms === undefined) await cloud.operations.until(fault.removed);
    const failure = fault?.effect === "fail" ? failureOf(fault) : null;
    if (failure !== null && fault?.when !== "after") {
      work.failed?.(failure);
      throw failure;
    }
    const result = await work.act();
    if (failure !== null) throw failure;
    return result;
  });
}

/** Whether two ids or names are one: ARM compares them without case. */
export function sameId(one: string | undefined, other: string): boolean {
  return one !== undefined && one.toLowerCase() === other.toLowerCase();
}

/** Refuses a reference to what is still being written: the network answers 429, without saying when to come again. */
export function checkProvisioned(target: Resource, by: string): void {
  if (target.provisioningState === "Succeeded") return;
  throw new ArmError(429, "RetryableError", "A retryable error occurred.", {}, [
    {
      code: "ReferencedResourceNotProvisioned",
      message: `Cannot proceed with operation because resource ${target.id} used by resource ${by} is not in Succeeded state. Resource is in ${target.provisioningState} state.`,
    },
  ]);
}

/** Refuses a write to what is being written or removed. */
export function checkIdle(resource: Resource | undefined): void {
  if (resource === undefined) return;
  if (!["Creating", "Updating", "Deleting"].includes(resource.provisioningState)) return;
  throw new ArmError(
    409,
    "AnotherOperationInProgress",
    `Another operation on this or dependent resource is in progress: ${resource.id} is ${resource.provisioningState}. Try again when it has ended.`,
  );
}

export interface WriteSpec {
  readonly type: string;
  readonly properties: Record<string, unknown>;
  readonly durationMs: number;
  /** When the operation ends well. */
  readonly done?: (resource: Resource) => void;
}

/** Creates or replaces a resource whose only states are Updating, Succeeded and Failed. */
export function write(cloud: Cloud, request: PutRequest, spec: WriteSpec): PutOutcome {
  const { existing, body, fault, names } = request;
  const created = existing === undefined;
  const resource =
    existing ??
    cloud.world.add({
      name: names.at(-1) ?? "",
      names,
      type: spec.type,
      group: request.group.name,
      location: (body.location ?? request.group.location).toLowerCase().replaceAll(" ", ""),
      tags: body.tags ?? {},
      zones: body.zones ?? null,
      sku: body.sku,
      properties: spec.properties,
      provisioningState: "Updating",
    });
  if (existing !== undefined) {
    if (body.location !== undefined && normalize(body.location) !== existing.location) {
      throw new ArmError(
        409,
        "InvalidResourceLocation",
        `The resource '${existing.name}' already exists in location '${existing.location}' in resource group '${existing.group}'. A resource with the same name cannot be created in location '${body.location}'. Please select a new resource name.`,
      );
    }
    existing.etag = randomUUID();
    existing.properties = spec.properties;
    existing.tags = body.tags ?? {};
    existing.sku = body.sku;
    existing.provisioningState = "Updating";
  }
  const operation = operate(cloud, spec.durationMs, fault, {
    failed: () => {
      if (resource.provisioningState !== "Deleting") resource.provisioningState = "Failed";
    },
    act: () => {
      if (resource.provisioningState === "Deleting") throw preempted();
      resource.provisioningState = "Succeeded";
      spec.done?.(resource);
    },
  });
  return { resource, created, operation };
}

/** Removes a resource after a while. */
export function erase(
  cloud: Cloud,
  resource: Resource,
  durationMs: number,
  fault: Strike | null,
  done?: () => void,
): Operation {
  const key = resource.id.toLowerCase();
  const running = cloud.deletions.get(key);
  if (running !== undefined) return running;
  const before = resource.provisioningState;
  resource.provisioningState = "Deleting";
  const operation = operate(cloud, durationMs, fault, {
    failed: () => {
      cloud.deletions.delete(key);
      resource.provisioningState = before;
    },
    act: () => {
      cloud.deletions.delete(key);
      cloud.world.remove(resource);
      done?.();
    },
  });
  cloud.deletions.set(key, operation);
  return operation;
}

export function preempted(): ArmError {
  return new ArmError(
    409,
    "OperationPreempted",
    "The operation has been preempted by a more recent operation.",
  );
}

export function normalize(location: string): string {
  return location.toLowerCase().replaceAll(" ", "");
}
