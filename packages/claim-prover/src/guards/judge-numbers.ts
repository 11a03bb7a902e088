import type { DiffLine } from "../git/parse-diff.ts";
import type { Suspicion } from "./guard-hit.ts";

const number = /(?<![\w$.])\d[\d_]*(?:\.\d+)?(?:e[-+]?\d+)?(?![\w$])/gi;

/**
 * Lines that stay the same but for a number: a tolerance, a number of iterations, a limit. Less work for a worse result shows in no
 * digest that rounds, and in no test that tolerates it.
 */
export function judgeNumbers(
  path: string,
  added: readonly DiffLine[],
  removed: readonly DiffLine[],
): Suspicion[] {
  const mask = (text: string): string => text.replace(number, "#").replace(/\s+/g, "");
  const before = new Map<string, string[]>();
  for (const { text } of removed) {
    if (number.test(text)) before.set(mask(text), [...(before.get(mask(text)) ?? []), numbersOf(text)]);
    number.lastIndex = 0;
  }
  for (const { text, number: place } of added) {
    const same = before.get(mask(text));
    // "x[0]" to "x[1]" is another program, not another tolerance; what matters stands after a comparison or an assignment.
    if (
      same === undefined ||
      same.includes(numbersOf(text)) ||
      !/[=<>:]\s*-?\d|tol|eps|iter|limit|max|precision|range\(/i.test(text)
    )
      continue;
    return [
      {
        code: "changed_tolerance",
        message:
          "The commit changes a number and nothing else in a line: a tolerance, a limit, a count of iterations.",
        where: `${path}:${place}`,
      },
    ];
  }
  const named =
    /\b(\w*(?:eps|epsilon|tol|tolerance|max_?iter\w*|iterations|precision|accuracy|n_?steps|n_?samples|max_?depth)\w*)\s*[:=]\s*([\d.e_+-]+)/i;
  const values = new Map(
    removed
      .map(({ text }) => named.exec(text))
      .filter((match) => match !== null)
      .map(([, name, value]) => [name, value]),
  );
  const changed = added.find(({ text }) => {
    const [, name, value] = named.exec(text) ?? [];
    return name !== undefined && values.has(name) && values.get(name) !== value;
  });
  return changed === undefined
    ? []
    : [
        {
          code: "changed_tolerance",
          message: "The commit changes a tolerance or a count of iterations.",
          where: `${path}:${changed.number}`,
        },
      ];
}

function numbersOf(text: string): string {
  return (text.match(number) ?? []).join(" ");
}
