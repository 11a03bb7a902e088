import type { ArmPath } from "./resource-path.ts";

/** The action that a role has to allow: `Microsoft.Compute/virtualMachines/write`; null: anyone with a token may. */
export function actionName(method: string, path: ArmPath): string | null {
  const verb = method === "GET" || method === "HEAD" ? "read" : method === "DELETE" ? "delete" : "write";
  switch (path.kind) {
    case "subscriptions":
    case "groupOperation":
      return null;
    case "subscription":
      return "Microsoft.Resources/subscriptions/read";
    case "groups":
    case "group":
      return `Microsoft.Resources/subscriptions/resourceGroups/${verb}`;
    case "resources":
      return "Microsoft.Resources/subscriptions/resources/read";
    case "provider":
      return "Microsoft.Resources/subscriptions/providers/read";
    case "location":
      // Who may begin an operation may ask how it goes.
      return /^operation(s|results)$/i.test(path.what)
        ? null
        : `${path.namespace}/locations/${path.what}/read`;
    case "collection":
      return `${path.namespace}/${path.type}/${verb}`;
    case "resource":
      if (path.action === null) return `${path.namespace}/${path.type}/${verb}`;
      return method === "GET"
        ? `${path.namespace}/${path.type}/${path.action}/read`
        : `${path.namespace}/${path.type}/${path.action}/action`;
  }
}
