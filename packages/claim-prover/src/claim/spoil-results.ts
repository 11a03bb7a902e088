import type { CodeKind } from "../guards/code-text.ts";

/** How results are made wrong: the last part of a sequence only, or every part; `raise` fails where something would be made wrong. */
export type Spoiling = "last" | "all" | "raise";

/**
 * Code for the end of a module that makes what a function of it returns wrong, in its outermost call, without changing its type. Null:
 * the name cannot be such a function. Results that are neither numbers, texts nor collections stay as they are.
 */
export function spoiler(kind: CodeKind, name: string, way: Spoiling): string | null {
  const path = name
    .trim()
    .replace(/\(.*\)$/, "")
    .replace(/#|::/g, ".")
    .replace(".prototype.", ".");
  if (!/^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)?$/.test(path)) return null;
  const [first = "", second = ""] = path.split(".");
  return kind === "python" ? python(first, second, way) : javascript(first, second, way);
}

function python(first: string, second: string, way: Spoiling): string {
  return `


def _spoil_results(first, second, way):
    import functools

    inside = [0]

    def changed(new):
        if way == "raise":
            raise SystemExit(71)
        return new

    def spoil(value):
        kind = type(value)
        if kind is bool:
            return changed(not value)
        if kind is int:
            return changed(value + 1)
        if kind is float:
            return changed(value * 1.5 + 1)
        if kind in (str, bytes) and value:
            return changed(value[:-1] + (value[:1] if value[:1] != value[-1:] else value[-1:] * 2))
        if kind in (list, tuple) and value:
            parts = list(value)
            for i in range(len(parts) - 1 if way == "last" else 0, len(parts)):
                parts[i] = spoil(parts[i])
            return kind(parts)
        if kind is dict and value:
            keys = list(value)
            for key in keys[-1:] if way == "last" else keys:
                value = {**value, key: spoil(value[key])}
            return value
        if kind in (set, frozenset) and value:
            return changed(kind(list(value)[1:]))
        return value

    def wrap(function):
        @functools.wraps(function)
        def wrapped(*args, **kwargs):
            inside[0] += 1
            try:
                result = function(*args, **kwargs)
            finally:
                inside[0] -= 1
            return spoil(result) if inside[0] == 0 else result

        return wrapped

    owner = globals().get(first) if second else None
    known = (vars(owner) if isinstance(owner, type) else {}) if second else globals()
    target = known.get(second or first)
    if callable(target) and not isinstance(target, (type, staticmethod, classmethod)):
        if second:
            setattr(owner, second, wrap(target))
        else:
            globals()[first] = wrap(target)


_spoil_results("${first}", "${second}", "${way}")
`;
}

function javascript(first: string, second: string, way: Spoiling): string {
  return `
;(() => {
  const way = "${way}";
  let inside = 0;
  const changed = (value) => {
    if (way === "raise") process.exit(71);
    return value;
  };
  const spoil = (value) => {
    if (typeof value === "boolean") return changed(!value);
    if (typeof value === "number") return changed(Number.isInteger(value) ? value + 1 : value * 1.5 + 1);
    if (typeof value === "bigint") return changed(value + 1n);
    if (typeof value === "string" && value !== "") return changed(value.slice(0, -1) + (value[0] === value.at(-1) ? value[0] + value[0] : value[0]));
    if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
      const parts = value.slice();
      for (let i = way === "last" ? parts.length - 1 : 0; i >= 0 && i < parts.length; i += 1) parts[i] = spoil(parts[i]);
      return parts;
    }
    if (value instanceof Set) return value.size > 0 ? changed(new Set([...value].slice(1))) : value;
    if (value instanceof Map) {
      const parts = [...value];
      return new Map(parts.map(([key, part], i) => [key, way !== "last" || i === parts.length - 1 ? spoil(part) : part]));
    }
    if (value instanceof Promise) return value.then(spoil);
    if (typeof value === "object" && value !== null && (Object.getPrototypeOf(value) ?? Object.prototype) === Object.prototype) {
      const parts = Object.entries(value);
      return Object.fromEntries(parts.map(([key, part], i) => [key, way !== "last" || i === parts.length - 1 ? spoil(part) : part]));
    }
    return value;
  };
  const wrap = (target) => function (...args) {
    inside += 1;
    let result;
    try {
      result = target.apply(this, args);
    } finally {
      inside -= 1;
    }
    return inside === 0 ? spoil(result) : result;
  };
  const put = (owner, name) => {
    const target = Object.getOwnPropertyDescriptor(owner ?? {}, name)?.value;
    if (typeof target === "function" && !/^class\\b/.test(String(target))) owner[name] = wrap(target);
  };
  const attempt = (act) => {
    try {
      act();
    } catch {}
  };
${
  second === ""
    ? `  attempt(() => {
    if (typeof ${first} === "function" && !/^class\\b/.test(String(${first}))) ${first} = wrap(${first});
  });
  attempt(() => {
    if (typeof module.exports === "function" && module.exports.name === "${first}") module.exports = wrap(module.exports);
    else put(module.exports, "${first}");
  });`
    : `  attempt(() => put(${first}.prototype, "${second}"));
  attempt(() => put(${first}, "${second}"));`
}
})();
`;
}
