import { createHash } from "node:crypto";
import { join } from "node:path";

import type { Actor } from "../auth/actor.ts";
import { completeLimits, type GitHubOptions, type Limits } from "../options.ts";
import type { AccountSeed, OrganizationSeed } from "../seeds.ts";
import type { Account } from "./account.ts";
import type { App } from "./app.ts";
import { type ForkPhase, forkPhase } from "./fork-phase.ts";
import type { Pull } from "./pull.ts";
import type { UsageItem, WorkflowRun } from "./records.ts";
import { fullName, type Repository } from "./repository.ts";

const key = (text: string): string => text.toLowerCase();

/** Everything that the emulator knows. Names are found without regard to case. */
export class World {
  /** Folder of the bare repositories. */
  readonly folder: string;
  readonly options: GitHubOptions;
  readonly limits: Limits;
  readonly repos: Map<number, Repository> = new Map();
  readonly pulls: Pull[] = [];
  readonly apps: App[] = [];
  readonly runs: WorkflowRun[] = [];
  readonly usage: Map<string, UsageItem[]> = new Map();
  /** Searches that are still to be answered as incomplete. */
  incompleteSearches = 0;
  /** `http://127.0.0.1:PORT`. */
  serverUrl = "";
  readonly #children: Map<number, Set<Repository>> = new Map();
  readonly #byName: Map<string, number> = new Map();
  readonly #accounts: Map<string, Account> = new Map();
  readonly #tokens: Map<string, Actor> = new Map();
  #lastId = 1_000;
  #shiftMs = 0;

  constructor(folder: string, options: GitHubOptions) {
    this.folder = folder;
    this.options = options;
    this.limits = completeLimits(options.limits);
  }

  nextId(): number {
    return ++this.#lastId;
  }

  /** The emulator's own time: the computer's, and what a test moved it on by. */
  nowMs(): number {
    return Date.now() + this.#shiftMs;
  }

  nowIso(): string {
    return new Date(this.nowMs()).toISOString().replace(/\.\d+Z$/, "Z");
  }

  advance(ms: number): void {
    this.#shiftMs += ms;
  }

  repo(name: string): Repository | null {
    const id = this.#byName.get(key(name));
    return (id === undefined ? null : this.repos.get(id)) ?? null;
  }

  /** Whether the name is the repository's own, or one that it had before. */
  isCurrentName(name: string, repo: Repository): boolean {
    return key(name) === key(fullName(repo));
  }

  addRepo(repo: Repository): void {
    this.repos.set(repo.id, repo);
    if (repo.parentId !== null) {
      const children = this.#children.get(repo.parentId);
      if (children) children.add(repo);
      else this.#children.set(repo.parentId, new Set([repo]));
    }
    this.#byName.set(key(fullName(repo)), repo.id);
  }

  /** The old name goes on as a redirect. */
  renameRepo(repo: Repository, to: { readonly owner: string; readonly name: string }): void {
    repo.owner = to.owner;
    repo.name = to.name;
    this.#byName.set(key(fullName(repo)), repo.id);
  }

  removeRepo(repo: Repository): void {
    this.repos.delete(repo.id);
    if (repo.parentId !== null) this.#children.get(repo.parentId)?.delete(repo);
    for (const [name, id] of this.#byName) if (id === repo.id) this.#byName.delete(name);
  }

  phase(repo: Repository): ForkPhase {
    return forkPhase(repo, this.options.fork ?? {}, this.nowMs());
  }

  forksOf(source: Repository): Repository[] {
    return [...(this.#children.get(source.id) ?? [])];
  }

  /** A new place for a repository's git data; it has no name of the repository in it. */
  newFolder(): string {
    return join(this.folder, "git", `${this.nextId()}.git`);
  }

  account(login: string): Account | null {
    return this.#accounts.get(key(login)) ?? null;
  }

  accounts(): Iterable<Account> {
    return this.#accounts.values();
  }

  addAccount(type: Account["type"], seed: AccountSeed & Partial<OrganizationSeed>): Account {
    const known = this.account(seed.login);
    const account: Account = {
      id: known?.id ?? this.nextId(),
      login: seed.login,
      type,
      name: seed.name ?? null,
      company: seed.company ?? null,
      blog: seed.blog ?? null,
      location: seed.location ?? null,
      email: seed.email ?? null,
      description: seed.description ?? null,
      verified: seed.verified ?? false,
      createdAt: seed.createdAt ?? "2015-01-01T00:00:00Z",
      members: new Map(Object.entries(seed.members ?? {})),
      actions: seed.actions ?? "all",
      allowedActions: "all",
      selectedForActions: new Set(),
    };
    this.#accounts.set(key(seed.login), account);
    for (const login of account.members.keys())
      if (this.account(login) === null) this.addAccount("User", { login });
    return account;
  }

  addToken(token: string, actor: Actor): void {
    this.#tokens.set(digest(token), actor);
    this.#knownTokens.push(token);
  }

  /** Who holds the token; null: nobody. */
  holder(token: string): Actor | null {
    return this.#tokens.get(digest(token)) ?? null;
  }

  revoke(id: string): void {
    for (const [hash, actor] of this.#tokens) if (actor.id === id) this.#tokens.delete(hash);
  }

  readonly #knownTokens: string[] = [];

  /** The text without any token that was given out. */
  mask(text: string): string {
    let masked = text;
    for (const token of this.#knownTokens) masked = masked.replaceAll(token, "[token]");
    return masked;
  }

  /** Whether Actions may run in the repository: the organization's switch, then its own. */
  actionsOn(repo: Repository): boolean {
    return repo.actionsEnabled && this.orgAllowsActions(repo);
  }

  orgAllowsActions(repo: Repository): boolean {
    const owner = this.account(repo.owner);
    if (owner === null || owner.actions === "all") return true;
    return owner.actions === "selected" && owner.selectedForActions.has(repo.id);
  }
}

const digest = (token: string): string => createHash("sha256").update(token).digest("hex");
