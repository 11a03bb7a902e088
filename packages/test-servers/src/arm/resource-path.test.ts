import { expect, test } from "vitest";
import { actionName } from "./action-name.ts";
import { readArmPath } from "./resource-path.ts";

test.each([
  ["GET", "/subscriptions", "subscriptions", null],
  ["GET", "/subscriptions/s", "subscription", "Microsoft.Resources/subscriptions/read"],
  [
    "PUT",
    "/subscriptions/s/resourcegroups/g",
    "group",
    "Microsoft.Resources/subscriptions/resourceGroups/write",
  ],
  ["GET", "/subscriptions/s/resources", "resources", "Microsoft.Resources/subscriptions/resources/read"],
  [
    "GET",
    "/subscriptions/s/resourceGroups/g/resources",
    "resources",
    "Microsoft.Resources/subscriptions/resources/read",
  ],
  ["GET", "/subscriptions/s/providers/N.A/locations/l/operations/1", "location", null],
  ["GET", "/subscriptions/s/providers/N.A/locations/l/usages", "location", "N.A/locations/usages/read"],
  ["GET", "/subscriptions/s/providers/N.A/vms", "collection", "N.A/vms/read"],
  ["GET", "/subscriptions/s/resourceGroups/g/providers/N.A/vms", "collection", "N.A/vms/read"],
  ["DELETE", "/subscriptions/s/resourceGroups/g/providers/N.A/vms/one", "resource", "N.A/vms/delete"],
  [
    "POST",
    "/subscriptions/s/resourceGroups/g/providers/N.A/vms/one/start",
    "resource",
    "N.A/vms/start/action",
  ],
  [
    "GET",
    "/subscriptions/s/resourceGroups/g/providers/N.A/vms/one/instanceView",
    "resource",
    "N.A/vms/instanceView/read",
  ],
  [
    "GET",
    "/subscriptions/s/resourceGroups/g/providers/N.A/nets/one/subnets",
    "collection",
    "N.A/nets/subnets/read",
  ],
  [
    "PUT",
    "/subscriptions/s/resourceGroups/g/providers/N.A/nets/one/subnets/two",
    "resource",
    "N.A/nets/subnets/write",
  ],
])("%s %s is a %s and needs %s", (method, text, kind, action) => {
  const path = readArmPath(text);
  expect(path?.kind).toBe(kind);
  expect(path === null ? null : actionName(method, path)).toBe(action);
});

test.each(["/", "/tenants", "/subscriptions/s/elsewhere", "/subscriptions/s/resourceGroups/g/elsewhere"])(
  "%s is nothing of ARM's",
  (text) => {
    expect(readArmPath(text)).toBeNull();
  },
);

test("names may hold escapes", () => {
  expect(readArmPath("/subscriptions/s/resourceGroups/a%28b%29")).toMatchObject({ group: "a(b)" });
});
