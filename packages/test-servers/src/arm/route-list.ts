import {
  type ArmAnswer,
  type ArmRequest,
  checkLocation,
  notFound,
  notFoundType,
  only,
} from "./arm-request.ts";
import { pollLocation, pollOperation } from "./async-answers.ts";
import { checkApiVersion } from "./check-request.ts";
import { findGroup } from "./groups.ts";
import { kindOf } from "./kinds/index.ts";
import { type Cloud, normalize } from "./kinds/kind.ts";
import { computeUsages, networkUsages, usageBody } from "./kinds/quota.ts";
import { page } from "./page.ts";
import type { ArmPath } from "./resource-path.ts";
import { listSkus } from "./skus.ts";
import { readResourceFilter } from "./tag-filter.ts";
import { view } from "./world.ts";

export function listResources(cloud: Cloud, query: URLSearchParams, group: string | null): object[] {
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

export function routeLocation(
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

export function routeCollection(
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

function parentType(type: string): string {
  return type.split("/").slice(0, -1).join("/");
}
