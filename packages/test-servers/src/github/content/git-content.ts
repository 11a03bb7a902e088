import { git, tryGit } from "../git/run-git.ts";
import type { ChangedFile, CommitFacts, LogOptions, RepoContent, TreeEntry } from "./repo-content.ts";

const logFormat = "--format=%H%x1f%T%x1f%P%x1f%an%x1f%ae%x1f%at%x1f%cn%x1f%ce%x1f%ct%x1f%B%x1e";
const sha1 = /^[0-9a-f]{40}$/;

/** What a bare repository on disk holds; git itself is asked each time. */
export class GitContent implements RepoContent {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async refs(): Promise<ReadonlyMap<string, string>> {
    const text = await git(["for-each-ref", "--format=%(objectname) %(refname)"], { folder: this.folder });
    const lines = text.split("\n").filter((line) => line !== "");
    return new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]));
  }

  async resolve(revision: string): Promise<string | null> {
    if (revision.startsWith("-") || /[\s~^:?*[\\]/.test(revision)) return null;
    const names = sha1.test(revision)
      ? [revision]
      : [revision, `refs/${revision}`, `refs/heads/${revision}`, `refs/tags/${revision}`].filter(
          (name) => name.startsWith("refs/") || name === "HEAD" || /^[0-9a-f]{7,39}$/.test(name),
        );
    for (const name of names) {
      const run = await tryGit(["rev-parse", "--verify", "--quiet", `${name}^{commit}`], {
        folder: this.folder,
      });
      if (run.status === 0) return run.stdout.toString().trim();
    }
    return null;
  }

  async commit(sha: string): Promise<CommitFacts> {
    const [commit] = await this.#log([sha], ["--max-count=1"]);
    if (!commit) throw new Error(`no commit ${sha}`);
    return commit;
  }

  log(revision: string, { skip, limit, path, since, until, author }: LogOptions): Promise<CommitFacts[]> {
    const options = [`--skip=${skip}`, `--max-count=${limit}`];
    if (since) options.push(`--since=${since}`);
    if (until) options.push(`--until=${until}`);
    if (author) options.push("--fixed-strings", `--author=${author}`);
    return this.#log([revision, "--", ...(path ? [path] : [])], options);
  }

  async count(revision: string): Promise<number> {
    return Number(await git(["rev-list", "--count", revision], { folder: this.folder }));
  }

  async tree(treeish: string, recursive: boolean): Promise<TreeEntry[] | null> {
    const flags = recursive ? ["-r", "-t"] : [];
    const run = await tryGit(["ls-tree", "-z", "--long", "--full-tree", ...flags, treeish], {
      folder: this.folder,
    });
    return run.status === 0 ? parseTree(run.stdout.toString("utf8")) : null;
  }

  async entry(commit: string, path: string): Promise<TreeEntry | null> {
    const run = await tryGit(
      ["ls-tree", "-z", "--long", "--full-tree", commit, "--", path.replace(/\/+$/, "")],
      {
        folder: this.folder,
      },
    );
    return parseTree(run.stdout.toString("utf8"))[0] ?? null;
  }

  async blob(sha: string): Promise<Buffer> {
    return (await tryGit(["cat-file", "blob", sha], { folder: this.folder })).stdout;
  }

  async changes(base: string | null, head: string): Promise<ChangedFile[]> {
    const from = base ?? (await git(["hash-object", "-t", "tree", "--stdin"], { folder: this.folder }));
    const text = await git(["diff-tree", "-r", "-z", "-M", "--raw", "--numstat", from, head], {
      folder: this.folder,
    });
    return parseChanges(text);
  }

  async mergeBase(one: string, other: string): Promise<string | null> {
    const run = await tryGit(["merge-base", one, other], { folder: this.folder });
    return run.status === 0 ? run.stdout.toString().trim() : null;
  }

  between(base: string, head: string): Promise<CommitFacts[]> {
    return this.#log([`${base}..${head}`], ["--reverse"]);
  }

  async #log(what: readonly string[], options: readonly string[]): Promise<CommitFacts[]> {
    const text = await git(["log", logFormat, ...options, ...what], { folder: this.folder });
    return text
      .split("\x1e")
      .map((record) => record.replace(/^\n/, ""))
      .filter((record) => record !== "")
      .map(parseCommit);
  }
}

function parseCommit(record: string): CommitFacts {
  const fields = record.split("\x1f");
  const field = (index: number): string => fields[index] ?? "";
  const date = (index: number): string => isoSeconds(Number(field(index)) * 1000);
  return {
    sha: field(0),
    tree: field(1),
    parents: field(2).split(" ").filter(Boolean),
    author: { name: field(3), email: field(4), date: date(5) },
    committer: { name: field(6), email: field(7), date: date(8) },
    message: fields.slice(9).join("\x1f").replace(/\n+$/, ""),
  };
}

/** ISO 8601 without fractions, as GitHub writes it. */
export const isoSeconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

function parseTree(text: string): TreeEntry[] {
  return text
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [head, path] = [line.slice(0, line.indexOf("\t")), line.slice(line.indexOf("\t") + 1)];
      const [mode = "", type = "", sha = "", size = "-"] = head.split(/ +/);
      return { path, mode, type: type as TreeEntry["type"], sha, size: size === "-" ? null : Number(size) };
    });
}

const statuses = { A: "added", D: "removed", M: "modified", R: "renamed", T: "changed" } as const;

/** Raw lines come first, numstat lines after them, in the same order. */
function parseChanges(text: string): ChangedFile[] {
  const fields = text.split("\0");
  const raw: Omit<ChangedFile, "additions" | "deletions">[] = [];
  let at = 0;
  for (; fields[at]?.startsWith(":");) {
    const [, , , sha = "", letter = "M"] = (fields[at] ?? "").split(" ");
    const status = statuses[letter[0] as keyof typeof statuses] ?? "modified";
    const renamed = status === "renamed";
    const path = fields[at + (renamed ? 2 : 1)] ?? "";
    raw.push({ path, status, sha, previousPath: renamed ? (fields[at + 1] ?? "") : null });
    at += renamed ? 3 : 2;
  }
  return raw.map((file) => {
    const [added = "0", deleted = "0"] = (fields[at] ?? "").split("\t");
    at += file.status === "renamed" ? 3 : 1;
    return { ...file, additions: Number(added) || 0, deletions: Number(deleted) || 0 };
  });
}
