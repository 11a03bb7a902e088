import { ArmError } from "./arm-error.ts";
import { type ArmAnswer, type ArmRequest, only } from "./arm-request.ts";
import { pollLocation } from "./async-answers.ts";
import { checkApiVersion, NEWEST_RESOURCES_VERSION } from "./check-request.ts";
import type { Cloud } from "./kinds/kind.ts";
import { page } from "./page.ts";
import { listGroups, routeGroup } from "./route-group.ts";
import { listResources, routeCollection, routeLocation } from "./route-list.ts";
import { routeResource } from "./route-resource.ts";

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

function routeProvider(request: ArmRequest, namespace: string): ArmAnswer {
  only(request.method, "GET");
  if (!REGISTERED.has(namespace.toLowerCase()))
    throw new ArmError(404, "InvalidResourceNamespace", `The resource namespace '${namespace}' is invalid.`);
  return { status: 200, body: { namespace, registrationState: "Registered", resourceTypes: [] } };
}
