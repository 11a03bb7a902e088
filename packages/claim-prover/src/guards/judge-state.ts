import type { DiffLine } from "../git/parse-diff.ts";
import type { CodeKind } from "./code-text.ts";
import { keepsSomething } from "./judge-kept.ts";
import { ownersOf } from "./python-blocks.ts";
import type { Suspicion } from "./guard-hit.ts";

const keeping: Readonly<Record<CodeKind, readonly RegExp[]>> = {
  "c-like": [
    // An empty or blank container at the outermost level waits to be filled.
    /^(export\s+)?(const|let|var)\s+[\w$]+[^=]*=\s*(new\s+(Weak)?(Map|Set|Array|\w*Array|LRU\w*|Cache)\b[^(]*\(\s*[\d_*\s]*\)|\{\s*\}|\[\s*\]|Object\.create\(null\))/,
    // A variable at the outermost level is state.
    /^(export\s+)?(let|var)\s+[\w$]+/,
    /^\s+(private\s+|public\s+|protected\s+)?static\s+(?!final\s+(int|long|double|boolean|String|char)\b)[^(]*=/,
    /^\s*[\w$]+\.(_?\w*([cC]ache|[mM]emo)\w*)\s*(\?\?|\|\|)?=[^=]/,
    // A function that is made at once, around variables that it keeps.
    /^(export\s+)?(const|let|var)\s+[\w$]+[^=]*=\s*\(\s*(async\s*)?(function\b|\([^)]*\)\s*=>)|^\}\)\(\);?\s*$/,
    /\bthis\.#?_?\w*([cC]ache|[mM]emo(?![rv]))\w*(\s*(\?\?|\|\|)?=[^=]|\.(set|push)\(|\[.*\]\s*=[^=])/,
    /\bmemoi[sz]e\w*\(|\bConcurrentHashMap\b|\bglobal(This)?\.\w+\s*(\?\?|\|\|)?=[^=]/,
  ],
  python: [
    /^[A-Za-z_]\w*\s*(:[^=]+)?=\s*(\{\s*\}|\[\s*\]|dict\(\s*\)|list\(\s*\)|set\(\s*\)|(collections\.)?(defaultdict|OrderedDict|Counter|deque)\(|(weakref\.)?Weak\w+\(|\[.*\]\s*\*\s*\d|None\s*$|bytearray\()/,
    /^\s+\w+\s*(:[^=]+)?=\s*(\{\s*\}|\[\s*\]|dict\(\s*\)|set\(\s*\)|list\(\s*\))\s*$/,
    /@\s*(functools\.)?(lru_cache|cache|cached_property|cached|memoize)\b|\b(lru_cache|functools\.cache)\b/,
    /^\s*(global|nonlocal)\s+\w/,
    /\bself\._?\w*(cache|memo(?![rv]))\w*\s*(=[^=]|\[.*\]\s*=[^=])/i,
    /^\s*def\s.*=\s*([[{]|(dict|list|set|bytearray|object|type|SimpleNamespace)\()/,
    /^\s*[A-Za-z_]\w*\._?\w*(cache|memo)\w*\s*=[^=]/i,
  ],
};

const declared =
  /^(?:export\s+)?(?:const\s+)?([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=\s*(?:new\s+(?:Map|Set)\b|\{|\[|frozenset|dict|set)/;

/**
 * State that outlives a call, new with this commit: a container at module level that is empty or written to, a module's variable, a
 * memoizing decorator, a mutable default. `whole`: the file after the change, which tells what is a function's own.
 * A cache across calls makes repeated inputs cheap, which benchmarks repeat and users may not.
 */
export function judgeState(
  path: string,
  added: readonly DiffLine[],
  removed: readonly DiffLine[],
  kind: CodeKind,
  whole?: string,
): Suspicion[] {
  const message = "The commit keeps state across calls: a cache gains from repeated inputs.";
  const known = new Set(removed.map(({ text }) => text.trim()));
  const fresh = added.filter(({ text }) => !known.has(text.trim()));
  const found =
    fresh.find(
      (line) =>
        keeping[kind].some((pattern) => pattern.test(line.text)) &&
        !(kind === "python" && whole !== undefined && isLocal(line, whole)),
    ) ?? (whole === undefined ? null : keepsSomething(added, removed, whole, kind));
  if (found !== null) return [{ code: "module_state", message, where: `${path}:${found.number}` }];
  // A property of a function is as good as a variable of the module.
  for (const { text } of [...added, ...removed]) {
    const name =
      /(?:\bfunction\*?|\bdef)\s+([A-Za-z_$][\w$]*)|^(?:export\s+)?const\s+([\w$]+)\s*=\s*(?:async\s*)?\([^)]*\)\s*=>/
        .exec(text)
        ?.slice(1)
        .find(Boolean);
    if (name === undefined) continue;
    const keeps = new RegExp(
      `(^|[^\\w$.])${escapeName(name)}\\.\\w+\\s*(\\?\\?|\\|\\|)?=[^=]|\\b(hasattr|getattr)\\(\\s*${escapeName(name)}\\b`,
    );
    const line = fresh.find((other) => keeps.test(other.text));
    if (line !== undefined) return [{ code: "module_state", message, where: `${path}:${line.number}` }];
  }
  // A filled container at module level is a constant, unless something of the change writes to it.
  for (const { text, number } of fresh) {
    const name = declared.exec(text)?.[1];
    if (name === undefined || /^\s/.test(text)) continue;
    const writes = new RegExp(
      `(^|[^\\w$.])${escapeName(name)}(\\.(set|add|push|unshift|append|update|setdefault|delete|clear|pop)\\(|\\[[^\\]]*\\]\\s*(\\?\\?|\\|\\|)?=[^=])`,
    );
    if (added.some((line) => writes.test(line.text)))
      return [{ code: "module_state", message, where: `${path}:${number}` }];
  }
  return [];
}

/** In Python, a name of a function's own: new at each call. A `nonlocal` is judged by what becomes of the function. */
function isLocal(line: DiffLine, text: string): boolean {
  if (/^\s*nonlocal\b/.test(line.text)) return true;
  const name = /^\s+([A-Za-z_]\w*)\s*(?::[^=]+)?=[^=]/.exec(line.text)?.[1];
  const [inner] = ownersOf(text, line.number);
  return name !== undefined && inner?.kind === "function" && !inner.outside.has(name);
}

function escapeName(name: string): string {
  return name.replaceAll("$", String.raw`\$`);
}
