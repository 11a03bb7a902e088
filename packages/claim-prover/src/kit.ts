import { access, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { SAMPLE_SCRIPT } from "./sample-script.ts";

/** A file that the prover needs on the measuring machine. */
export interface KitFile {
  /** Absolute path on this computer. */
  readonly source: string;
  /** Relative path below the kit's folder there. */
  readonly destination: string;
}

// From source the modules are TypeScript, which Node strips itself; from the published package they are JavaScript.
const suffix = import.meta.url.endsWith(".ts") ? "ts" : "js";
const here = fileURLToPath(new URL(".", import.meta.url));
const packageRoot = fileURLToPath(new URL("..", import.meta.url));

/** What to start there, relative to the kit's folder: `node <entry> prove --request request.json --out DIR`, with Node 22.18 or newer. */
export const PROVER_ENTRY: string = relative(packageRoot, join(here, `main.${suffix}`));

/**
 * Everything that the prover needs to run by itself: its own modules, as they import each other from the entry on, its shell script, and the two
 * statistics libraries. No installation is needed where it is unpacked.
 */
export async function proverKit(): Promise<KitFile[]> {
  const modules = new Set<string>();
  const libraries = new Set<string>();
  const pending = [join(packageRoot, PROVER_ENTRY)];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (modules.has(file)) continue;
    modules.add(file);
    for (const name of importsOf(await readFile(file, "utf8"))) {
      if (name.startsWith(".")) pending.push(join(dirname(file), name));
      else if (!name.startsWith("node:")) libraries.add(name);
    }
  }
  const own = [join(packageRoot, "package.json"), SAMPLE_SCRIPT, ...[...modules].toSorted()];
  return [
    ...own.map((source) => ({ source, destination: relative(packageRoot, source) })),
    ...(await Promise.all([...libraries].toSorted().map(libraryFiles))).flat(),
  ];
}

/** Imports that are left when types are stripped. */
function importsOf(text: string): string[] {
  const statements = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']/gm);
  return [...statements].map(([, name]) => name ?? "").filter((name) => name !== "");
}

/** A library's manifest and the one file that the import means: both libraries are bundled by their makers. */
async function libraryFiles(name: string): Promise<KitFile[]> {
  const main = fileURLToPath(import.meta.resolve(name));
  let folder = dirname(main);
  while (!(await exists(join(folder, "package.json")))) folder = dirname(folder);
  return ["package.json", relative(folder, main)].map((path) => ({
    source: join(folder, path),
    destination: join("node_modules", name, path),
  }));
}

async function exists(path: string): Promise<boolean> {
  return await access(pathToFileURL(path)).then(
    () => true,
    () => false,
  );
}
