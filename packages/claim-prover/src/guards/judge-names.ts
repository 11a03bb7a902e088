import type { DiffLine } from "../git/parse-diff.ts";
import type { Suspicion } from "./guard-hit.ts";

const definitions = [
  /^\s*export\s+(?:default\s+)?(?:async\s+)?(?:function\*?|class|const|let)\s+([A-Za-z][\w$]*)/,
  /^\s*(?:async\s+)?def\s+([A-Za-z]\w*)\s*\(/,
  /^class\s+([A-Za-z]\w*)/,
  /^\s*public\s+[\w<>[\], ]+\s+(\w+)\s*\(/,
  /^(?:module\.)?exports\.([A-Za-z]\w*)\s*=/,
];

/** Public names that were defined and are no longer, and signatures that take less: something that users may call is gone. */
export function judgeNames(
  path: string,
  added: readonly DiffLine[],
  removed: readonly DiffLine[],
): Suspicion[] {
  const after = new Map(
    added.flatMap(({ text }) => definitionsIn(text)).map(({ name, parameters }) => [name, parameters]),
  );
  for (const { text, number } of removed) {
    for (const { name, parameters } of definitionsIn(text)) {
      const now = after.get(name);
      if (now === undefined) {
        return [
          {
            code: "removed_feature",
            message: `The commit removes or renames ${name}.`,
            where: `${path}:${number}`,
          },
        ];
      }
      if (parameters !== null && now !== null && now < parameters) {
        return [
          {
            code: "removed_feature",
            message: `${name} takes fewer arguments than before.`,
            where: `${path}:${number}`,
          },
        ];
      }
    }
  }
  return [];
}

function definitionsIn(text: string): { readonly name: string; readonly parameters: number | null }[] {
  const name = definitions.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  if (name === undefined) return [];
  const list = /\(([^()]*)\)/.exec(text)?.[1];
  return [
    {
      name,
      parameters: list === undefined ? null : list.split(",").filter((part) => part.trim() !== "").length,
    },
  ];
}
