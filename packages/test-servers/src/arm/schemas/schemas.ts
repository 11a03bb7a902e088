import { COMPUTE_SCHEMAS } from "./compute.ts";
import { NETWORK_SCHEMAS } from "./network.ts";
import { type Schema, object, text, texts } from "./parts.ts";

/** Definitions of bodies by resource type in lower case. */
export const SCHEMAS: Readonly<Record<string, Schema>> = {
  ...COMPUTE_SCHEMAS,
  ...NETWORK_SCHEMAS,
  "microsoft.resources/resourcegroups": object(
    { location: text, tags: texts, managedBy: text, properties: object({}) },
    ["location"],
  ),
  tags: object({ tags: texts }),
};
