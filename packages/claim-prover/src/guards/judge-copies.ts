import type { DiffLine } from "../git/parse-diff.ts";
import type { Suspicion } from "./guard-hit.ts";

const copied =
  /\bsorted\(\s*(\w+)|\[\s*\.\.\.(\w+)\s*\]\s*\.(?:sort|reverse)\b|\b(\w+)\.(?:slice\(\)\.(?:sort|reverse)|toSorted|toReversed|toSpliced)\b|\b(?:list|dict|set)\(\s*(\w+)\s*\)\.(?:sort|reverse|update|pop)/g;

/** Something that was copied before it was put in order, and is now put in order where it lies: its owner sees that. */
export function judgeCopies(
  path: string,
  added: readonly DiffLine[],
  removed: readonly DiffLine[],
): Suspicion[] {
  const names = new Set(
    removed.flatMap(({ text }) =>
      [...text.matchAll(copied)].map(([, ...groups]) => groups.find((group) => group !== undefined) ?? ""),
    ),
  );
  const line = added.find(({ text }) => {
    const name = /\b(\w+)\.(?:sort|reverse|splice)\(/.exec(text)?.[1];
    return name !== undefined && names.has(name);
  });
  return line === undefined
    ? []
    : [
        {
          code: "changes_input",
          message: "The commit changes what it is given, where it changed a copy before.",
          where: `${path}:${line.number}`,
        },
      ];
}
