import type { DiffLine } from "../git/parse-diff.ts";
import type { CodeKind } from "./code-text.ts";
import { ownersOf, type Block } from "./python-blocks.ts";

const NAME = String.raw`[A-Za-z_$][\w$]*`;
/** NAME.a.b = x, NAME[x] = y, NAME.add(x), NAME.a, other = x: something of NAME is written. */
const write = new RegExp(
  String.raw`(?<![\w$.])(${NAME})((?:(?:\.#?${NAME})|\[[^\]]*\])*)\s*(?:(?:\.(?:set|add|push|unshift|append|extend|insert|update|setdefault|splice|clear|pop|popitem|move_to_end)\()|(?:(?:[-+*|&/]|\?\?|\|\||&&)?=(?![=>]))|(?:,\s*${NAME}[^=()]*=(?![=>])))`,
  "g",
);
const topLevel = new RegExp(
  String.raw`^(?:export\s+(?:default\s+)?)?(?:(?:async\s+)?function\*?|class|const|let|var)\s+(${NAME})`,
  "gm",
);
/** A function that is called where it is made: what it declares outlives the calls of what it gives. */
const closure =
  /^(?:export\s+)?(?:const|let|var)\s+[\w$]+\s*=\s*\(+\s*(?:async\s*)?(?:\(\s*\)\s*=>|function\b)/;

/**
 * The first added line by which something is kept from one call to the next: a write to what the module declares, to a function or a
 * class, to a variable of the function that made this one, or to the argument itself when that is given back. `text`: the whole file.
 */
export function keepsSomething(
  added: readonly DiffLine[],
  removed: readonly DiffLine[],
  text: string,
  kind: CodeKind,
): DiffLine | null {
  const known = new Set(removed.map((line) => line.text.trim()));
  const fresh = added.filter((line) => !known.has(line.text.trim()));
  if (kind === "c-like") {
    const made = fresh.find((line) => closure.test(line.text));
    if (made !== undefined) return made;
  }
  const shared =
    kind === "python" ? null : new Set([...text.matchAll(topLevel)].map(([, name = ""]) => name));
  for (const line of fresh) {
    if (!/^\s/.test(line.text) && !/\{|=>/.test(line.text)) continue;
    for (const [, name = "", path = ""] of line.text.matchAll(write)) {
      if (name === "this" || name === "self" || name === "cls") continue;
      const outlives =
        shared === null
          ? pythonOutlives(text, line.number, name, path)
          : shared.has(name) && !declares(line.text, name);
      if (outlives || (path !== "" && givenBack(fresh, text, name, path))) return line;
    }
  }
  return null;
}

function declares(line: string, name: string): boolean {
  return new RegExp(
    String.raw`\b(?:const|let|var|function|class)\s+[{[]?[^=]*(?<![\w$])${escaped(name)}(?![\w$])`,
  ).test(line);
}

/** Whether a name that is written to in a function belongs to something that is there longer than its call. */
function pythonOutlives(text: string, place: number, name: string, path: string): boolean {
  const [inner, ...outer] = ownersOf(text, place);
  if (inner === undefined || inner.kind === "class") return false;
  const rebinds = path === "" && !inner.outside.has(name);
  if (rebinds || (inner.binds.has(name) && !inner.outside.has(name))) return false;
  for (const [i, block] of outer.entries()) {
    if (block.kind === "class" || !block.binds.has(name)) continue;
    return block.kind === "module" || escapes(i === 0 ? inner : outer[i - 1], block);
  }
  return false;
}

/** A function that is given out by the one that made it. */
function escapes(inner: Block | undefined, outer: Block): boolean {
  return inner !== undefined && outer.returns.has(inner.name);
}

/** The result is put on something that came from outside, and taken from it the next time. */
function givenBack(fresh: readonly DiffLine[], text: string, name: string, path: string): boolean {
  if (!/^\.\w+$/.test(path)) return false;
  const local = new RegExp(
    String.raw`\b(?:const|let|var)\s+${escaped(name)}(?![\w$])|^\s+${escaped(name)}\s*(?::[^=]+)?=[^=]`,
    "m",
  );
  const back = new RegExp(String.raw`\breturn\s+${escaped(name)}${escaped(path)}\s*;?\s*$`);
  return !local.test(text) && fresh.some((line) => back.test(line.text));
}

function escaped(text: string): string {
  return text.replace(/[$.]/g, String.raw`\$&`);
}
