import { contextFields } from "./context-fields.ts";
import type { BuiltContext } from "./types.ts";

/** The text of context.json: the variables in the order of `contextFields`, two spaces of indent, LF at the end. Equal contexts give equal texts. */
export function contextJson(built: Pick<BuiltContext, "context">): string {
  const sorted = Object.fromEntries(contextFields.map((name) => [name, built.context[name]]));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}
