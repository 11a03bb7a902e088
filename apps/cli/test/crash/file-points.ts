import { constants, writeFileSync, type PathLike, type WriteFileOptions } from "node:fs";
import promises, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { resolve } from "node:path";
import type { Points } from "./points.ts";

type Act = (...args: unknown[]) => Promise<unknown>;

const CHANGES = [
  "appendFile",
  "rename",
  "rm",
  "unlink",
  "mkdir",
  "mkdtemp",
  "copyFile",
  "cp",
  "link",
  "symlink",
];
const HANDLE_CHANGES = ["write", "writev", "writeFile", "appendFile", "truncate"];

/** Points before and after everything that changes a file below `root`; and one where a file is there and what was to be in it is not. */
export function watchFiles(points: Points, root: string): void {
  const table = promises as unknown as Record<string, Act>;
  const isOurs = (path: unknown): boolean =>
    typeof path === "string" && resolve(path).startsWith(`${resolve(root)}/`);
  for (const name of CHANGES) {
    const original = table[name] as Act;
    table[name] = async (...args) =>
      isOurs(args[0])
        ? await points.around(`${name} ${String(args[0])}`, () => original(...args))
        : await original(...args);
  }
  const writeFile = table["writeFile"] as Act;
  table["writeFile"] = async (...args) => {
    const [path, , options] = args;
    if (!isOurs(path)) return await writeFile(...args);
    const act = `writeFile ${String(path)}`;
    points.pass("before", act);
    if (points.isNext("during", act)) writeFileSync(path as PathLike, "", options as WriteFileOptions);
    points.pass("during", act);
    const result = await writeFile(...args);
    points.pass("after", act);
    return result;
  };
  const open = promises.open as unknown as Act;
  let known = false;
  const paths = new WeakMap<object, string>();
  table["open"] = async (...args) => {
    const [path, flags = "r"] = args;
    if (!isOurs(path) || !mayWrite(flags)) return await open(...args);
    const handle = (await points.around(`open ${String(path)}`, () => open(...args))) as FileHandle;
    paths.set(handle, String(path));
    if (!known) watchHandles(points, Object.getPrototypeOf(handle) as Record<string, Act>, paths);
    known = true;
    return handle;
  };
  syncBuiltinESMExports();
}

function mayWrite(flags: unknown): boolean {
  if (typeof flags !== "number") return flags !== "r";
  return (flags & (constants.O_WRONLY | constants.O_RDWR | constants.O_CREAT)) !== 0;
}

function watchHandles(points: Points, prototype: Record<string, Act>, paths: WeakMap<object, string>): void {
  for (const name of HANDLE_CHANGES) {
    const original = prototype[name] as Act;
    prototype[name] = async function (this: object, ...args) {
      const path = paths.get(this);
      return path === undefined
        ? await original.apply(this, args)
        : await points.around(`${name} ${path}`, () => original.apply(this, args));
    };
  }
}
