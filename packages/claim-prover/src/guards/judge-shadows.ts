import type { FileDiff } from "../git/parse-diff.ts";
import type { Suspicion } from "./guard-hit.ts";

/** Modules of Python's standard library that benchmarks and tests use themselves. */
const standard = new Set(
  "abc argparse array ast asyncio base64 bisect builtins calendar codecs collections contextlib copy csv ctypes dataclasses datetime decimal difflib enum fractions functools gc glob gzip hashlib heapq hmac importlib inspect io itertools json linecache locale logging math mmap numbers operator os pathlib pickle platform pprint queue random re secrets select shutil signal socket sqlite3 statistics string struct subprocess sys tempfile textwrap threading time timeit traceback types typing unicodedata unittest urllib uuid warnings weakref xml zipfile zlib numpy pytest".split(
    " ",
  ),
);

/** A new module by the name of one that others import: what they get is no longer what they asked for. */
export function judgeShadows(file: FileDiff): Suspicion[] {
  if (file.status !== "added" && file.oldPath === file.path) return [];
  const name = /^(?:src\/|lib\/)?(\w+)(?:\.pyx?|\/__init__\.py)$/.exec(file.path)?.[1];
  const vendored = /(^|\/)(node_modules|site-packages)\//.test(file.path);
  return (name !== undefined && standard.has(name)) || vendored
    ? [
        {
          code: "shadows_module",
          message: "The commit adds a module in the place of one that the benchmark and the tests use too.",
          where: file.path,
        },
      ]
    : [];
}
