import { ArmError } from "./arm-error.ts";
import type { ArmAnswer, ArmRequest } from "./arm-request.ts";
import type { Cloud, Kind } from "./kinds/kind.ts";
import { type Operation, operationBody } from "./operations.ts";
import type { Resource } from "./world.ts";

export function asyncHeaders(
  cloud: Cloud,
  request: ArmRequest,
  kind: Kind,
  resource: Resource,
  operation: Operation,
  withLocation: boolean,
): Record<string, string> {
  const namespace = kind.type.split("/")[0];
  const at = `${request.base}/subscriptions/${cloud.settings.subscriptionId}/providers/${namespace}/locations/${resource.location}`;
  const version = `api-version=${request.query.get("api-version")}`;
  return {
    "azure-asyncoperation": `${at}/operations/${operation.id}?${version}`,
    ...(withLocation ? { location: `${at}/operationResults/${operation.id}?${version}` } : {}),
    ...retryAfter(cloud),
  };
}

export function pollOperation(cloud: Cloud, id: string): ArmAnswer {
  const operation = cloud.operations.get(id);
  if (operation === undefined) throw new ArmError(404, "NotFound", `The operation ${id} could not be found.`);
  return {
    status: 200,
    headers: operation.status === "InProgress" ? retryAfter(cloud) : {},
    body: operationBody(operation),
  };
}

/** Location: 202 while it runs, then what came of it. */
export function pollLocation(cloud: Cloud, request: ArmRequest, id: string): ArmAnswer {
  const operation = cloud.operations.get(id);
  if (operation === undefined) throw new ArmError(404, "NotFound", `The operation ${id} could not be found.`);
  if (operation.status === "InProgress") {
    const location = `${request.base}/subscriptions/${cloud.settings.subscriptionId}/operationresults/${id}?api-version=${request.query.get("api-version")}`;
    return { status: 202, headers: { location, ...retryAfter(cloud) } };
  }
  if (operation.error !== null) throw new ArmError(409, operation.error.code, operation.error.message);
  return operation.result === null ? { status: 200 } : { status: 200, body: operation.result };
}

export function retryAfter(cloud: Cloud): Record<string, string> {
  const seconds = cloud.settings.pollRetryAfterSeconds;
  return seconds === null ? {} : { "retry-after": String(seconds) };
}
