import type { Document, Selection } from "./parse.ts";

/**
 * What a query costs, by GitHub's rule: the requests that its connections would need, each once for every node above it, divided by 100;
 * at least 1.
 */
export function queryCost(
  { selections, fragments }: Document,
  variables: Readonly<Record<string, unknown>>,
): number {
  const count = (all: readonly Selection[], above: number): number =>
    all.reduce((sum, selection) => {
      if (selection.kind === "spread")
        return sum + count(fragments.get(selection.fragment)?.selections ?? [], above);
      if (selection.kind === "inline") return sum + count(selection.selections, above);
      const size = selection.args.get("first") ?? selection.args.get("last");
      const given =
        size?.kind === "variable" ? variables[size.name] : size?.kind === "literal" ? size.value : null;
      const nodes = typeof given === "number" ? given : null;
      const below = count(selection.selections ?? [], nodes === null ? above : above * nodes);
      return sum + below + (nodes === null ? 0 : above);
    }, 0);
  return Math.max(1, Math.round(count(selections, 1) / 100));
}
