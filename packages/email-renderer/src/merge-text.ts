import { diff3Merge } from "node-diff3";
import { emailLimits } from "./limits.ts";

/** Three-way merge by lines. null: both sides changed the same lines in different ways, or the texts are too long to compare. */
export function mergeText(base: string, edited: string, next: string): string | null {
  const [baseLines, editedLines, nextLines] = [base.split("\n"), edited.split("\n"), next.split("\n")];
  if (Math.max(baseLines.length, editedLines.length, nextLines.length) > emailLimits.mergeLines) return null;
  const merged: string[] = [];
  for (const region of diff3Merge(editedLines, baseLines, nextLines, {
    excludeFalseConflicts: true,
  })) {
    if (region.ok === undefined) return null;
    for (const line of region.ok) merged.push(line);
  }
  return merged.join("\n");
}
