/** What a request's path names. Names keep their case; ARM compares them without it. */
export type ArmPath =
  | { readonly kind: "subscriptions" }
  | { readonly kind: "subscription"; readonly subscription: string }
  | { readonly kind: "groups"; readonly subscription: string }
  | { readonly kind: "group"; readonly subscription: string; readonly group: string }
  | { readonly kind: "resources"; readonly subscription: string; readonly group: string | null }
  | { readonly kind: "groupOperation"; readonly subscription: string; readonly operation: string }
  | { readonly kind: "provider"; readonly subscription: string; readonly namespace: string }
  | {
      readonly kind: "location";
      readonly subscription: string;
      readonly namespace: string;
      readonly location: string;
      /** `usages`, `vmSizes`, `operations`, `operationResults`, or a type to list. */
      readonly what: string;
      readonly name: string | null;
    }
  | {
      readonly kind: "collection";
      readonly subscription: string;
      /** null: in the whole subscription. */
      readonly group: string | null;
      readonly namespace: string;
      /** `virtualMachines`, or `virtualNetworks/NAME/subnets`'s `virtualNetworks/subnets`. */
      readonly type: string;
      readonly parents: readonly string[];
    }
  | {
      readonly kind: "resource";
      readonly subscription: string;
      readonly group: string;
      readonly namespace: string;
      readonly type: string;
      readonly names: readonly string[];
      /** `runCommand`, `instanceView` …; null: the resource itself. */
      readonly action: string | null;
    };

/** Reads a path without its query; null: nothing of ARM's. */
export function readArmPath(path: string): ArmPath | null {
  const parts = path.split("/").slice(1).map(decodeURIComponent);
  if (parts.at(-1) === "") parts.pop();
  if (parts[0]?.toLowerCase() !== "subscriptions") return null;
  const subscription = parts[1];
  if (subscription === undefined) return { kind: "subscriptions" };
  const rest = parts.slice(2);
  const word = rest[0]?.toLowerCase();
  if (word === undefined) return { kind: "subscription", subscription };
  if (word === "resources" && rest.length === 1) return { kind: "resources", subscription, group: null };
  if (word === "operationresults" && rest[1] !== undefined)
    return { kind: "groupOperation", subscription, operation: rest[1] };
  if (word === "providers") return readProvider(subscription, null, rest.slice(1));
  if (word !== "resourcegroups") return null;
  const group = rest[1];
  if (group === undefined) return { kind: "groups", subscription };
  if (rest.length === 2) return { kind: "group", subscription, group };
  if (rest[2]?.toLowerCase() === "resources" && rest.length === 3)
    return { kind: "resources", subscription, group };
  if (rest[2]?.toLowerCase() !== "providers") return null;
  return readProvider(subscription, group, rest.slice(3));
}

function readProvider(subscription: string, group: string | null, parts: string[]): ArmPath | null {
  const [namespace, ...rest] = parts;
  if (namespace === undefined) return null;
  if (rest.length === 0) return group === null ? { kind: "provider", subscription, namespace } : null;
  if (group === null && rest[0]?.toLowerCase() === "locations") {
    const [, location, what, name] = rest;
    if (location === undefined || what === undefined || rest.length > 4) return null;
    return { kind: "location", subscription, namespace, location, what, name: name ?? null };
  }
  const types: string[] = [];
  const names: string[] = [];
  for (let index = 0; index < rest.length; index += 2) {
    types.push(rest[index] ?? "");
    const name = rest[index + 1];
    if (name !== undefined) names.push(name);
  }
  if (types.length > names.length) {
    const last = types.at(-1) ?? "";
    if (isCollection(types))
      return { kind: "collection", subscription, group, namespace, type: types.join("/"), parents: names };
    if (group === null) return null;
    return {
      kind: "resource",
      subscription,
      group,
      namespace,
      type: types.slice(0, -1).join("/"),
      names,
      action: last,
    };
  }
  if (group === null) return null;
  return { kind: "resource", subscription, group, namespace, type: types.join("/"), names, action: null };
}

const NESTED_TYPES = new Set(["subnets", "securityrules", "virtualmachines"]);

/** The last segment without a name is a list of children, or an action on the resource before it. */
function isCollection(types: readonly string[]): boolean {
  return types.length === 1 || NESTED_TYPES.has(types.at(-1)?.toLowerCase() ?? "");
}
