import { ArmError } from "./arm-error.ts";
import type { Strike } from "./faults.ts";
import { type Cloud, normalize } from "./kinds/kind.ts";
import type { ArmPath } from "./resource-path.ts";

export interface ArmRequest {
  readonly method: string;
  readonly path: ArmPath;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** `If-Match` and `If-None-Match`. */
  readonly conditions: { readonly match: string | undefined; readonly noneMatch: string | undefined };
  readonly fault: Strike | null;
  /** Path without the query, as it came. */
  readonly rawPath: string;
  /** `https://127.0.0.1:port` */
  readonly base: string;
}

export interface ArmAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export function only(method: string, ...allowed: string[]): void {
  if (allowed.includes(method)) return;
  throw new ArmError(
    405,
    "HttpMethodNotAllowed",
    `The HTTP method '${method}' is not supported here; ${allowed.join(", ")} is.`,
  );
}

export function checkLocation(cloud: Cloud, location: string, type: string): void {
  if (cloud.settings.locations.includes(normalize(location))) return;
  throw new ArmError(
    400,
    "LocationNotAvailableForResourceType",
    `The provided location '${location}' is not available for resource type '${type}'. List of available regions for the resource type is '${cloud.settings.locations.join(",")}'.`,
  );
}

export function notFound(type: string, names: readonly string[], group: string): ArmError {
  const [namespace, ...types] = type.split("/");
  const path = types.map((part, index) => `${part}/${names[index]}`).join("/");
  return new ArmError(
    404,
    "ResourceNotFound",
    `The Resource '${namespace}/${path}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

export function notFoundType(namespace: string, type: string): ArmError {
  return new ArmError(
    404,
    "InvalidResourceType",
    `The resource type '${type}' could not be found in the namespace '${namespace}'.`,
  );
}
