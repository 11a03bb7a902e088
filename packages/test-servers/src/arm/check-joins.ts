import { ArmError } from "./arm-error.ts";
import { readArmPath } from "./resource-path.ts";

/** Refuses a body that refers to what the principal may not join: `Microsoft.Network/virtualNetworks/subnets/join/action`. */
export function checkJoins(body: unknown, isDenied: (action: string) => boolean): void {
  for (const id of referencesIn(body)) {
    const path = readArmPath(id);
    if (path?.kind !== "resource") continue;
    const action = `${path.namespace}/${path.type}/join/action`;
    if (!isDenied(action)) continue;
    throw new ArmError(
      403,
      "LinkedAuthorizationFailed",
      `The client has permission to perform the write action, however, it does not have permission to perform action(s) '${action}' on the linked scope(s) '${id}' or the linked scope(s) are invalid.`,
    );
  }
}

function* referencesIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "id" && typeof inner === "string") yield inner;
    else yield* referencesIn(inner);
  }
}
