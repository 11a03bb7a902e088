import type { DiffLine } from "../git/parse-diff.ts";
import type { CodeKind } from "./code-text.ts";
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
    /^\s+_?\w*(cache|memo|seen|table)\w*\s*(:[^=]+)?=\s*(\{\s*\}|\[\s*\]|dict\(\s*\)|set\(\s*\))\s*$/i,
    /@\s*(functools\.)?(lru_cache|cache|cached_property|cached|memoize)\b|\b(lru_cache|functools\.cache)\b/,
    /^\s*(global|nonlocal)\s+\w/,
    /\bself\._?\w*(cache|memo(?![rv]))\w*\s*(=[^=]|\[.*\]\s*=[^=])/i,
    /^\s*def\s.*=\s*(\{\s*\}|\[\s*\]|dict\(\s*\)|set\(\s*\))/,
    /^\s*[A-Za-z_]\w*\._?\w*(cache|memo)\w*\s*=[^=]/i,
  ],
};

/** A local variable in a function body, in Python: the class level cannot be told from the line alone, so only names of caches count there. */
const declared =
  /^(?:export\s+)?(?:const\s+)?([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=\s*(?:new\s+(?:Map|Set)\b|\{|\[|frozenset|dict|set)/;

/**
 * State that outlives a call, new with this commit: a container at module level that is empty or written to, a module's variable, a
 * memoizing decorator, a mutable default. A cache across calls makes repeated inputs cheap, which benchmarks repeat and users may not.
 */
export function judgeState(
  path: string,
  added: readonly DiffLine[],
  removed: readonly DiffLine[],
  kind: CodeKind,
): Suspicion[] {
  const message = "The commit keeps state across calls: a cache gains from repeated inputs.";
  const known = new Set(removed.map(({ text }) => text.trim()));
  const fresh = added.filter(({ text }) => !known.has(text.trim()));
  const found = fresh.find(({ text }) => keeping[kind].some((pattern) => pattern.test(text)));
  if (found !== undefined) return [{ code: "module_state", message, where: `${path}:${found.number}` }];
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

function escapeName(name: string): string {
  return name.replaceAll("$", String.raw`\$`);
}
