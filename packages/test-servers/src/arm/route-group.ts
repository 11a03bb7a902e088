import { type ArmAnswer, type ArmRequest, checkLocation, only } from "./arm-request.ts";
import { retryAfter } from "./async-answers.ts";
import { checkTags } from "./check-request.ts";
import { findGroup, groupView, openGroup, putGroup, removeGroup } from "./groups.ts";
import type { Body, Cloud } from "./kinds/kind.ts";
import { checkBody } from "./schemas/check-body.ts";
import { readResourceFilter } from "./tag-filter.ts";

export function listGroups(cloud: Cloud, query: URLSearchParams): object[] {
  const filter = readResourceFilter(query.get("$filter"));
  return [...cloud.world.groups.values()]
    .filter((group) => filter({ type: "Microsoft.Resources/resourceGroups", tags: group.tags }))
    .map(groupView);
}

export function routeGroup(cloud: Cloud, request: ArmRequest, name: string): ArmAnswer {
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
