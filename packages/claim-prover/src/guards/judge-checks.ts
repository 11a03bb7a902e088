import type { DiffLine } from "../git/parse-diff.ts";
import type { Suspicion } from "./guard-hit.ts";

/** Conditions about what a function is given, whatever follows them. */
const aboutKind =
  /\bif\b.*(\bundefined\b|\bNaN\b|isNaN|isFinite|isInteger|isSafeInteger|\btypeof\b|\binstanceof\b|\bisinstance|\bissubclass|\bcallable\(|\bhasattr|Array\.isArray)/;
/** Conditions that are a check when they leave at once. */
const aboutValue =
  /\bif\b[^%]*(\bnull\b|\bNone\b|isEmpty|(\.length|\blen\([^)]*\)|\bsize(\(\))?)\s*(===?|!==?|<|>|<=|>=)|(<|<=)\s*-?0\b|(===?|!==?)\s*0\b|>=?\s*[\w.]*(length|len\(|size|max|limit))|\bif\s+not\s+[\w.]+\s*:|\bif\s*\(\s*![\w.]+\s*\)/i;
const leaves = /\b(return|throw|raise|continue|break)\b/;

/** Checks that a change takes away without adding as many: a program is quickly made faster by no longer doing what is seldom needed. */
export function judgeChecks(
  path: string,
  added: readonly DiffLine[],
  removed: readonly DiffLine[],
  whole: string = "",
): Suspicion[] {
  // What ends a recursion is no check; it goes with the recursion.
  const gone = endsRecursion(added, removed, whole)
    ? removed.filter(({ text }) => aboutKind.test(text))
    : checks(removed);
  const [first] = gone;
  return first === undefined || gone.length <= checks(added).length
    ? []
    : [
        {
          code: "removed_check",
          message: "The commit removes a check of what it is given.",
          where: `${path}:${first.number}`,
        },
      ];
}

function checks(lines: readonly DiffLine[]): DiffLine[] {
  return lines.filter((line, i) => {
    if (aboutKind.test(line.text)) return true;
    const next = lines[i + 1];
    // A line that is whole in itself does not go on in the next one.
    const opens = /[{(:)]\s*$|\belse\s*$/.test(line.text);
    const following = opens && next?.number === line.number + 1 ? next.text : "";
    return aboutValue.test(line.text) && (leaves.test(line.text) || leaves.test(following));
  });
}

/** Whether the change takes a function's calls of itself away. */
function endsRecursion(added: readonly DiffLine[], removed: readonly DiffLine[], whole: string): boolean {
  const defined = new Set(
    [...whole.matchAll(/\b(?:def|function\*?)\s+([A-Za-z_$][\w$]*)/g)].map(([, name = ""]) => name),
  );
  const calls = (lines: readonly DiffLine[]): Set<string> =>
    new Set(
      lines.flatMap(({ text }) =>
        [...text.replace(/\b(?:def|function\*?)\s+[\w$]+/g, "").matchAll(/([A-Za-z_$][\w$]*)\(/g)].map(
          ([, name = ""]) => name,
        ),
      ),
    );
  const still = calls(added);
  return [...calls(removed)].some((name) => defined.has(name) && !still.has(name));
}
