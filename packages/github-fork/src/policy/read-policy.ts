import type { PolicyFile } from "./verdict.ts";

/** Where an upstream's files are read: `ForkProvider.upstreamFiles` gives one. */
export interface PolicySource {
  /** Names of the files in a folder (`""`: the root). */
  list(folder: string): Promise<readonly string[]>;
  /** null: no such file, or no text. */
  read(path: string): Promise<string | null>;
}

const wanted =
  /^(contributing|contribution[-_]?guidelines?|security|code[-_]of[-_]conduct|readme|agents|claude|pull_request_template|hacking|\.?(ai|llm|gen[-_]?ai|generative[-_]?ai)[-_ ]?(policy|policies|usage|use|guidelines?|contributions?|contributing|code)?[^/.]*)(\.(md|markdown|rst|txt|adoc))?$/i;
const folders = ["", ".github", "docs"];
/** An account's own files for all of its repositories; a source that knows none lists none. */
const sharedRoot = ".github:";
const sharedFolders = [sharedRoot, ".github:.github", ".github:docs"];
const mostFiles = 24;

/**
 * Reads the files that may hold rules for contributions: CONTRIBUTING, AI policies, SECURITY, CODE_OF_CONDUCT, README, AGENTS and pull
 * request templates, from the root, `.github` and `docs`, and those that the account shares, where the repository has no
 * CONTRIBUTING of its own.
 */
export async function readPolicy(source: PolicySource, signal?: AbortSignal): Promise<PolicyFile[]> {
  const own = await readFolders(source, folders, signal);
  const hasOwn = own.some(({ path }) => /contribut/i.test(path));
  return hasOwn ? own : [...own, ...(await readFolders(source, sharedFolders, signal))];
}

async function readFolders(
  source: PolicySource,
  places: readonly string[],
  signal: AbortSignal | undefined,
): Promise<PolicyFile[]> {
  const files: PolicyFile[] = [];
  for (const folder of places) {
    signal?.throwIfAborted();
    const all = await source.list(folder);
    // Most accounts share nothing: one question tells.
    if (folder === sharedRoot && all.length === 0) return files;
    const names = all.filter((name) => wanted.test(name)).toSorted();
    for (const name of names) {
      if (files.length >= mostFiles) return files;
      const path = folder === "" || folder.endsWith(":") ? `${folder}${name}` : `${folder}/${name}`;
      const text = await source.read(path);
      if (text !== null) files.push({ path, text });
    }
  }
  return files;
}

const usual = [
  "CONTRIBUTING.md",
  "CONTRIBUTING.rst",
  "CONTRIBUTING.txt",
  "CONTRIBUTING",
  "AI_POLICY.md",
  "AI-POLICY.md",
  "AI.md",
  "SECURITY.md",
  "CODE_OF_CONDUCT.md",
  "README.md",
  "README.rst",
  "AGENTS.md",
  "PULL_REQUEST_TEMPLATE.md",
];

/** A source out of nothing but a way to read a path: it tries the usual names. */
export function sourceOfReader(read: (path: string) => Promise<string | null>): PolicySource {
  const known = new Map<string, Promise<string | null>>();
  const once = (path: string): Promise<string | null> => {
    const found = known.get(path) ?? read(path);
    known.set(path, found);
    return found;
  };
  return {
    read: once,
    async list(folder) {
      if (folder.includes(":")) return [];
      const names: string[] = [];
      for (const name of usual) {
        if ((await once(folder === "" ? name : `${folder}/${name}`)) !== null) names.push(name);
      }
      return names;
    },
  };
}
