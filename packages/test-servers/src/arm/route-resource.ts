import { ArmError } from "./arm-error.ts";
import {
  type ArmAnswer,
  type ArmRequest,
  checkLocation,
  notFound,
  notFoundType,
  only,
} from "./arm-request.ts";
import { asyncHeaders } from "./async-answers.ts";
import { checkApiVersion, checkName, checkTags } from "./check-request.ts";
import { findGroup, openGroup } from "./groups.ts";
import { kindOf } from "./kinds/index.ts";
import type { Body, Cloud, Kind } from "./kinds/kind.ts";
import type { ArmPath } from "./resource-path.ts";
import { checkBody } from "./schemas/check-body.ts";
import type { Resource } from "./world.ts";

export function routeResource(
  cloud: Cloud,
  request: ArmRequest,
  path: Extract<ArmPath, { kind: "resource" }>,
): ArmAnswer {
  const kind = kindOf(path.namespace, path.type);
  if (kind === undefined) throw notFoundType(path.namespace, path.type);
  checkApiVersion(request.query, kind.newestVersion, kind.type);
  const id = cloud.world.idOf(path.group, kind.type, path.names);
  const resource = cloud.world.find(id);
  if (path.action !== null) return act(cloud, request, kind, resource, path, path.action);
  switch (request.method) {
    case "HEAD":
      return { status: resource === undefined ? 404 : 204 };
    case "GET":
      findGroup(cloud, path.group);
      if (resource === undefined) throw notFound(kind.type, path.names, path.group);
      return { status: 200, body: kind.view(cloud, resource, request.query) };
    case "PUT":
      return put(cloud, request, kind, path, resource);
    case "PATCH": {
      openGroup(cloud, path.group);
      if (resource === undefined) throw notFound(kind.type, path.names, path.group);
      const { tags } = checkBody("tags", request.body) as Body;
      checkTags(tags ?? {});
      if (tags !== undefined) resource.tags = tags;
      return { status: 200, body: kind.view(cloud, resource, request.query) };
    }
    case "DELETE": {
      findGroup(cloud, path.group);
      if (resource === undefined) return { status: 204 };
      const operation = kind.remove(cloud, resource, request.fault, request.query);
      return { status: 202, headers: asyncHeaders(cloud, request, kind, resource, operation, true) };
    }
    default:
      return only(request.method, "GET", "HEAD", "PUT", "PATCH", "DELETE") as never;
  }
}

function put(
  cloud: Cloud,
  request: ArmRequest,
  kind: Kind,
  path: Extract<ArmPath, { kind: "resource" }>,
  existing: Resource | undefined,
): ArmAnswer {
  const group = openGroup(cloud, path.group);
  checkConditions(request, existing);
  const name = path.names.at(-1) ?? "";
  checkName(kind.type, name);
  const body = checkBody(kind.type, request.body) as Body;
  if (body.location !== undefined) checkLocation(cloud, body.location, kind.type);
  checkTags(body.tags ?? {});
  const outcome = kind.put(cloud, { names: path.names, group, existing, body, fault: request.fault });
  return {
    status: outcome.created ? 201 : 200,
    headers:
      outcome.operation === null
        ? {}
        : asyncHeaders(cloud, request, kind, outcome.resource, outcome.operation, false),
    body: kind.view(cloud, outcome.resource, new URLSearchParams()),
  };
}

function checkConditions({ conditions }: ArmRequest, existing: Resource | undefined): void {
  const { match, noneMatch } = conditions;
  if (noneMatch === "*" && existing !== undefined)
    throw new ArmError(
      412,
      "PreconditionFailed",
      `The precondition given in the request header If-None-Match was not met: ${existing.id} exists.`,
    );
  if (match === undefined || (match === "*" && existing !== undefined)) return;
  if (existing !== undefined && match.includes(existing.etag)) return;
  throw new ArmError(
    412,
    "PreconditionFailed",
    `The etag provided in the request header If-Match does not match that of the resource.`,
  );
}

function act(
  cloud: Cloud,
  request: ArmRequest,
  kind: Kind,
  resource: Resource | undefined,
  path: Extract<ArmPath, { kind: "resource" }>,
  name: string,
): ArmAnswer {
  const action = kind.actions[name.toLowerCase()];
  if (action === undefined) throw notFoundType(path.namespace, `${path.type}/${name}`);
  only(request.method, action.method);
  findGroup(cloud, path.group);
  if (resource === undefined) throw notFound(kind.type, path.names, path.group);
  if (name.toLowerCase() === "runcommand") checkBody("runCommand", request.body);
  const outcome = action.run(cloud, {
    resource,
    body: request.body,
    query: request.query,
    fault: request.fault,
    base: request.base,
  });
  if ("operation" in outcome)
    return { status: 202, headers: asyncHeaders(cloud, request, kind, resource, outcome.operation, true) };
  return outcome.body === undefined ? { status: 204 } : { status: 200, body: outcome.body };
}
