import { createHash } from "node:crypto";

import type { ChangedFile, CommitFacts, LogOptions, RepoContent, TreeEntry } from "./repo-content.ts";

interface SyntheticSource {
  /** Makes ids differ between repositories. */
  readonly name: string;
  readonly files: () => ReadonlyMap<string, string>;
  readonly defaultBranch: string;
  /** ISO 8601, newest first; all files came with the oldest. */
  readonly commitDates: readonly string[];
}

const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");
const blobSha = (text: string): string => sha1(`blob ${Buffer.byteLength(text)}\0${text}`);

/** One branch with a handful of commits and files, made when first looked at. There is nothing that git could clone. */
export class SyntheticContent implements RepoContent {
  readonly folder: string | null = null;
  readonly #source: SyntheticSource;
  readonly #head: string;
  #files: ReadonlyMap<string, string> | null = null;

  constructor(source: SyntheticSource) {
    this.#source = source;
    this.#head = this.#shaOf(0);
  }

  refs(): Promise<ReadonlyMap<string, string>> {
    return Promise.resolve(new Map([[`refs/heads/${this.#source.defaultBranch}`, this.#head]]));
  }

  resolve(revision: string): Promise<string | null> {
    const { defaultBranch } = this.#source;
    const names = ["HEAD", defaultBranch, `heads/${defaultBranch}`, `refs/heads/${defaultBranch}`];
    if (names.includes(revision)) return Promise.resolve(this.#head);
    return Promise.resolve(this.#commits().some(({ sha }) => sha === revision) ? revision : null);
  }

  commit(sha: string): Promise<CommitFacts> {
    const commit = this.#commits().find((one) => one.sha === sha);
    return commit ? Promise.resolve(commit) : Promise.reject(new Error(`no commit ${sha}`));
  }

  log(revision: string, { skip, limit, since, until, path }: LogOptions): Promise<CommitFacts[]> {
    const all = this.#commits();
    const from = all.findIndex(({ sha }) => sha === revision);
    const chosen = all
      .slice(Math.max(0, from))
      .filter(({ committer: { date } }) => (!since || date >= since) && (!until || date <= until))
      .filter(({ parents }) => path === undefined || parents.length === 0);
    return Promise.resolve(chosen.slice(skip, skip + limit));
  }

  count(): Promise<number> {
    return Promise.resolve(this.#source.commitDates.length);
  }

  tree(treeish: string, recursive: boolean): Promise<TreeEntry[] | null> {
    const [commit = "", folder = ""] = treeish.split(":");
    const known = this.#commits().some(({ sha, tree }) => sha === commit || tree === commit);
    const prefix = folder === "" ? "" : `${folder}/`;
    const below = this.#entries().filter(({ path }) => path.startsWith(prefix));
    if (!known || below.length === 0) return Promise.resolve(null);
    const entries = below.map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) }));
    return Promise.resolve(recursive ? entries : entries.filter(({ path }) => !path.includes("/")));
  }

  entry(_commit: string, path: string): Promise<TreeEntry | null> {
    return Promise.resolve(this.#entries().find((entry) => entry.path === path) ?? null);
  }

  blob(sha: string): Promise<Buffer> {
    const text = [...this.#texts().values()].find((one) => blobSha(one) === sha);
    return Promise.resolve(Buffer.from(text ?? ""));
  }

  changes(base: string | null): Promise<ChangedFile[]> {
    const added = [...this.#texts()].map(([path, text]): ChangedFile => ({
      path,
      status: "added",
      additions: text.split("\n").length - 1,
      deletions: 0,
      sha: blobSha(text),
      previousPath: null,
    }));
    return Promise.resolve(base === null ? added : []);
  }

  async mergeBase(one: string, other: string): Promise<string | null> {
    const order = this.#commits().map(({ sha }) => sha);
    const [a, b] = [order.indexOf(one), order.indexOf(other)];
    return a < 0 || b < 0 ? null : (order[Math.max(a, b)] ?? null);
  }

  async between(base: string, head: string): Promise<CommitFacts[]> {
    const order = this.#commits().map(({ sha }) => sha);
    return this.#commits()
      .slice(order.indexOf(head), Math.max(order.indexOf(head), order.indexOf(base)))
      .toReversed();
  }

  #shaOf(index: number): string {
    return sha1(`${this.#source.name} commit ${this.#source.commitDates.length - index}`);
  }

  #commits(): CommitFacts[] {
    const dates = this.#source.commitDates;
    return dates.map((date, index) => {
      const person = { name: "Robin Doe", email: "robin@example.com", date };
      return {
        sha: this.#shaOf(index),
        tree: sha1(`${this.#source.name} tree`),
        parents: index + 1 < dates.length ? [this.#shaOf(index + 1)] : [],
        author: person,
        committer: person,
        message: index + 1 < dates.length ? `Change ${dates.length - index}` : "First",
      };
    });
  }

  #texts(): ReadonlyMap<string, string> {
    return (this.#files ??= this.#source.files());
  }

  #entries(): TreeEntry[] {
    const entries = new Map<string, TreeEntry>();
    for (const [path, text] of this.#texts()) {
      const parts = path.split("/");
      for (let depth = 1; depth < parts.length; depth++) {
        const folder = parts.slice(0, depth).join("/");
        entries.set(folder, {
          path: folder,
          mode: "040000",
          type: "tree",
          sha: sha1(`tree ${folder}`),
          size: null,
        });
      }
      entries.set(path, {
        path,
        mode: "100644",
        type: "blob",
        sha: blobSha(text),
        size: Buffer.byteLength(text),
      });
    }
    return [...entries.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }
}
