import { ArmError } from "./arm-error.ts";
import { checkApiVersion, checkName, checkTags, NEWEST_RESOURCES_VERSION } from "./check-request.ts";
import type { Strike } from "./faults.ts";
import { findGroup, groupView, openGroup, putGroup, removeGroup } from "./groups.ts";
import { kindOf } from "./kinds/index.ts";
import { type Body, type Cloud, type Kind, normalize } from "./kinds/kind.ts";
import { computeUsages, networkUsages, usageBody } from "./kinds/quota.ts";
import { type Operation, operationBody } from "./operations.ts";
import type { ArmPath } from "./resource-path.ts";
import { checkBody } from "./schemas/check-body.ts";
import { listSkus } from "./skus.ts";
import { readResourceFilter } from "./tag-filter.ts";
import { type Resource, view } from "./world.ts";

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

const REGISTERED = new Set(["microsoft.compute", "microsoft.network", "microsoft.resources"]);

/** Does what a request asks for. @throws ArmError for what ARM refuses. */
export function route(cloud: Cloud, request: ArmRequest): ArmAnswer {
  const { path, method, query } = request;
  switch (path.kind) {
    case "subscriptions":
      only(method, "GET");
      return { status: 200, body: { value: [subscriptionView(cloud)] } };
    case "subscription":
      only(method, "GET");
      return { status: 200, body: subscriptionView(cloud) };
    case "groups":
      only(method, "GET");
      checkApiVersion(query, NEWEST_RESOURCES_VERSION, "resourceGroups");
      return { status: 200, body: { value: listGroups(cloud, query) } };
    case "group":
      checkApiVersion(query, NEWEST_RESOURCES_VERSION, "resourceGroups");
      return routeGroup(cloud, request, path.group);
    case "resources":
      only(method, "GET");
      checkApiVersion(query, NEWEST_RESOURCES_VERSION, "resources");
      return page(request, listResources(cloud, query, path.group));
    case "groupOperation":
      return pollLocation(cloud, request, path.operation);
    case "provider":
      return routeProvider(request, path.namespace);
    case "location":
      return routeLocation(cloud, request, path);
    case "collection":
      return routeCollection(cloud, request, path);
    case "resource":
      return routeResource(cloud, request, path);
  }
}

function only(method: string, ...allowed: string[]): void {
  if (allowed.includes(method)) return;
  throw new ArmError(
    405,
    "HttpMethodNotAllowed",
    `The HTTP method '${method}' is not supported here; ${allowed.join(", ")} is.`,
  );
}

function subscriptionView(cloud: Cloud): object {
  const id = cloud.settings.subscriptionId;
  return {
    id: `/subscriptions/${id}`,
    subscriptionId: id,
    tenantId: cloud.settings.tenantId,
    displayName: "Test subscription",
    state: "Enabled",
    authorizationSource: "RoleBased",
    subscriptionPolicies: { locationPlacementId: "Public_2014-09-01", spendingLimit: "Off" },
  };
}

function listGroups(cloud: Cloud, query: URLSearchParams): object[] {
  const filter = readResourceFilter(query.get("$filter"));
  return [...cloud.world.groups.values()]
    .filter((group) => filter({ type: "Microsoft.Resources/resourceGroups", tags: group.tags }))
    .map(groupView);
}

function routeGroup(cloud: Cloud, request: ArmRequest, name: string): ArmAnswer {
  switch (request.method) {
    case "HEAD":
      return { status: cloud.world.group(name) === undefined ? 404 : 204 };
    case "GET":
      return { status: 200, body: groupView(findGroup(cloud, name)) };
    case "PUT": {
      const body = checkBody("Microsoft.Resources/resourceGroups", request.body) as Body;
      checkTags(body.tags ?? {});
      checkLocation(cloud, body.location ?? "", "Microsoft.Resources/resourceGroups");
      const { created, group } = putGroup(cloud, name, body);
      return { status: created ? 201 : 200, body: groupView(group) };
    }
    case "PATCH": {
      const group = openGroup(cloud, name);
      const { tags } = checkBody("tags", request.body) as Body;
      checkTags(tags ?? {});
      if (tags !== undefined) group.tags = tags;
      return { status: 200, body: groupView(group) };
    }
    case "DELETE": {
      const operation = removeGroup(cloud, findGroup(cloud, name), request.fault);
      const location = `${request.base}/subscriptions/${cloud.settings.subscriptionId}/operationresults/${operation.id}?api-version=${request.query.get("api-version")}`;
      return { status: 202, headers: { location, ...retryAfter(cloud) } };
    }
    default:
      return only(request.method, "GET", "HEAD", "PUT", "PATCH", "DELETE") as never;
  }
}

function listResources(cloud: Cloud, query: URLSearchParams, group: string | null): object[] {
  if (group !== null) findGroup(cloud, group);
  const filter = readResourceFilter(query.get("$filter"));
  return (
    cloud.world
      .listed()
      // Children are no tracked resources: they come with their parent only.
      .filter(({ type }) => type.split("/").length === 2)
      .filter((resource) => group === null || resource.group.toLowerCase() === group.toLowerCase())
      .filter(filter)
      .map((resource) => {
        const { properties: _properties, etag: _etag, ...shown } = view(resource) as Record<string, unknown>;
        return {
          ...shown,
          ...(/provisioningState/i.test(query.get("$expand") ?? "")
            ? { provisioningState: resource.provisioningState }
            : {}),
          ...(/createdTime/i.test(query.get("$expand") ?? "")
            ? { createdTime: new Date(resource.createdAt).toISOString() }
            : {}),
        };
      })
  );
}

function routeProvider(request: ArmRequest, namespace: string): ArmAnswer {
  only(request.method, "GET");
  if (!REGISTERED.has(namespace.toLowerCase()))
    throw new ArmError(404, "InvalidResourceNamespace", `The resource namespace '${namespace}' is invalid.`);
  return { status: 200, body: { namespace, registrationState: "Registered", resourceTypes: [] } };
}

function routeLocation(
  cloud: Cloud,
  request: ArmRequest,
  path: Extract<ArmPath, { kind: "location" }>,
): ArmAnswer {
  only(request.method, "GET");
  const network = path.namespace.toLowerCase() === "microsoft.network";
  checkApiVersion(request.query, network ? "2026-01-01" : "2026-04-01", path.what);
  switch (path.what.toLowerCase()) {
    case "operations":
      return pollOperation(cloud, path.name ?? "");
    case "operationresults":
      return pollLocation(cloud, request, path.name ?? "");
    case "usages":
      checkLocation(cloud, path.location, `${path.namespace}/locations/usages`);
      return page(
        request,
        (usageBody((network ? networkUsages : computeUsages)(cloud, path.location)) as { value: object[] })
          .value,
      );
    case "virtualmachines":
      return page(
        request,
        cloud.world
          .listed("Microsoft.Compute/virtualMachines")
          .filter(({ location }) => location === normalize(path.location))
          .map((vm) => kindOf(path.namespace, "virtualMachines")?.view(cloud, vm, request.query) ?? {}),
      );
    default:
      throw notFoundType(path.namespace, `locations/${path.what}`);
  }
}

function routeCollection(
  cloud: Cloud,
  request: ArmRequest,
  path: Extract<ArmPath, { kind: "collection" }>,
): ArmAnswer {
  only(request.method, "GET");
  if (`${path.namespace}/${path.type}`.toLowerCase() === "microsoft.compute/skus" && path.group === null) {
    checkApiVersion(request.query, "2021-07-01", "skus");
    return page(request, listSkus(cloud, request.query.get("$filter")));
  }
  const members = /^virtualMachineScaleSets\/virtualMachines$/i.test(path.type);
  const kind = members ? kindOf(path.namespace, "virtualMachines") : kindOf(path.namespace, path.type);
  if (kind === undefined) throw notFoundType(path.namespace, path.type);
  checkApiVersion(request.query, kind.newestVersion, kind.type);
  if (path.group !== null) findGroup(cloud, path.group);
  const prefix =
    path.group === null || path.parents.length === 0 || members
      ? null
      : `${cloud.world.idOf(path.group, parentType(kind.type), path.parents)}/`.toLowerCase();
  if (prefix !== null && cloud.world.find(prefix.slice(0, -1)) === undefined)
    throw notFound(kind.type, path.parents, path.group ?? "");
  const filter = /^'?virtualMachineScaleSet\/id'? eq '([^']+)'$/i.exec(
    request.query.get("$filter") ?? "",
  )?.[1];
  const scaleSet =
    filter ??
    (members
      ? cloud.world.idOf(path.group ?? "", `${path.namespace}/virtualMachineScaleSets`, path.parents)
      : null);
  const found = cloud.world
    .listed(kind.type)
    .filter(({ group }) => path.group === null || group.toLowerCase() === path.group.toLowerCase())
    .filter(({ id }) => prefix === null || id.toLowerCase().startsWith(prefix))
    .filter(
      ({ properties }) =>
        scaleSet === null ||
        (properties["virtualMachineScaleSet"] as { id: string } | undefined)?.id.toLowerCase() ===
          scaleSet.toLowerCase(),
    );
  return page(
    request,
    found.map((resource) => kind.view(cloud, resource, request.query)),
  );
}

function routeResource(
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

function asyncHeaders(
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

function pollOperation(cloud: Cloud, id: string): ArmAnswer {
  const operation = cloud.operations.get(id);
  if (operation === undefined) throw new ArmError(404, "NotFound", `The operation ${id} could not be found.`);
  return {
    status: 200,
    headers: operation.status === "InProgress" ? retryAfter(cloud) : {},
    body: operationBody(operation),
  };
}

/** Location: 202 while it runs, then what came of it. */
function pollLocation(cloud: Cloud, request: ArmRequest, id: string): ArmAnswer {
  const operation = cloud.operations.get(id);
  if (operation === undefined) throw new ArmError(404, "NotFound", `The operation ${id} could not be found.`);
  if (operation.status === "InProgress") {
    const location = `${request.base}/subscriptions/${cloud.settings.subscriptionId}/operationresults/${id}?api-version=${request.query.get("api-version")}`;
    return { status: 202, headers: { location, ...retryAfter(cloud) } };
  }
  if (operation.error !== null) throw new ArmError(409, operation.error.code, operation.error.message);
  return operation.result === null ? { status: 200 } : { status: 200, body: operation.result };
}

function retryAfter(cloud: Cloud): Record<string, string> {
  const seconds = cloud.settings.pollRetryAfterSeconds;
  return seconds === null ? {} : { "retry-after": String(seconds) };
}

const PAGE_SIZE = 100;

/** A page of a list; `nextLink` where there is more. */
function page(request: ArmRequest, all: readonly object[]): ArmAnswer {
  const skip = Number(request.query.get("$skiptoken") ?? 0);
  const value = all.slice(skip, skip + PAGE_SIZE);
  const more = skip + PAGE_SIZE < all.length;
  if (!more) return { status: 200, body: { value } };
  const next = new URLSearchParams(request.query);
  next.set("$skiptoken", String(skip + PAGE_SIZE));
  return { status: 200, body: { value, nextLink: `${request.base}${request.rawPath}?${next.toString()}` } };
}

function checkLocation(cloud: Cloud, location: string, type: string): void {
  if (cloud.settings.locations.includes(normalize(location))) return;
  throw new ArmError(
    400,
    "LocationNotAvailableForResourceType",
    `The provided location '${location}' is not available for resource type '${type}'. List of available regions for the resource type is '${cloud.settings.locations.join(",")}'.`,
  );
}

function parentType(type: string): string {
  return type.split("/").slice(0, -1).join("/");
}

function notFound(type: string, names: readonly string[], group: string): ArmError {
  const [namespace, ...types] = type.split("/");
  const path = types.map((part, index) => `${part}/${names[index]}`).join("/");
  return new ArmError(
    404,
    "ResourceNotFound",
    `The Resource '${namespace}/${path}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

function notFoundType(namespace: string, type: string): ArmError {
  return new ArmError(
    404,
    "InvalidResourceType",
    `The resource type '${type}' could not be found in the namespace '${namespace}'.`,
  );
}
