import { generateKeyPairSync, randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";

import type { Emulator } from "../emulator.ts";
import { afterPush } from "../git/after-push.ts";
import { addCommits } from "../git/make-repository.ts";
import type { RepositoryFacts, TokenSeed } from "../seeds.ts";
import { hasObjects } from "../state/fork-phase.ts";
import { fullName, ordinaryFacts, type Repository } from "../state/repository.ts";
import type { World } from "../state/world.ts";
import { addUniverse } from "../universe/add-universe.ts";
import { addRepository } from "./add-repository.ts";
import type { GitHubControl } from "./control.ts";

/** The control of an emulator in this process. */
export function localControl(emulator: Emulator): GitHubControl {
  const { world, journal, faults, limiters } = emulator;
  const need = (name: string): Repository => {
    const repo = world.repo(name);
    if (repo === null) throw new Error(`${name} is not there. Add it with addRepository.`);
    return repo;
  };
  return {
    addOrganization: async (seed) => void world.addAccount("Organization", seed),
    addUser: async (seed) => void world.addAccount("User", seed),
    async addRepository(seed) {
      const repo = await addRepository(world, seed);
      return { id: repo.id, sha: await repo.content.resolve("HEAD") };
    },
    changeRepository: async (repo, facts) => void Object.assign(need(repo), facts),
    async renameRepository(repo, to) {
      const [owner = "", name = ""] = to.split("/");
      if (world.account(owner) === null) world.addAccount("Organization", { login: owner });
      world.renameRepo(need(repo), { owner, name });
    },
    async removeRepository(name) {
      const repo = need(name);
      world.removeRepo(repo);
      if (repo.content.folder) await rm(repo.content.folder, { recursive: true, force: true });
    },
    async commit(name, seed) {
      const repo = need(name);
      const { folder } = repo.content;
      if (folder === null) throw new Error(`${name} is synthetic and takes no commits.`);
      const before = await repo.content.refs();
      await addCommits(folder, repo.defaultBranch, [seed]);
      await afterPush(world, repo, before);
      return (await repo.content.resolve(`refs/heads/${seed.branch ?? repo.defaultBranch}`)) ?? "";
    },
    addToken: async (seed) => addToken(world, seed),
    async addApp(seed) {
      const { privateKey, publicKey } = generateKeyPairSync("rsa", {
        modulusLength: 2048,
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs1", format: "pem" },
      });
      const [id, installationId] = [world.nextId(), world.nextId()];
      world.apps.push({
        id,
        clientId: `Iv23li${id}`,
        slug: seed.slug,
        publicKey,
        installationId,
        account: seed.account,
        permissions: { metadata: "read", ...seed.permissions },
        repositories: seed.repositories ?? "all",
        createdAt: world.nowIso(),
      });
      return { appId: id, installationId, privateKey };
    },
    async setOrganizationActions(login, enabled) {
      const account = world.account(login);
      if (account === null) throw new Error(`${login} is not there. Add it with addOrganization.`);
      account.actions = enabled;
    },
    addUsage: async (organization, items) =>
      void world.usage.set(organization, [...(world.usage.get(organization) ?? []), ...items]),
    addUniverse: async (options) => addUniverse(world, options),
    addFault: async (rule) => faults.add(rule),
    clearFaults: async (id) => faults.clear(id),
    beginLimit: async (tokenId, options = {}) =>
      void limiters.of(tokenId).limit({ rule: "a limit that the test began", ...options }, world.nowMs()),
    incompleteSearches: async (count) => void (world.incompleteSearches = count),
    advance: async (ms) => world.advance(ms),
    repository: async (name) => {
      const repo = world.repo(name);
      return repo === null ? null : await stateOf(world, repo);
    },
    repositories: async (owner) =>
      [...world.repos.values()].filter((repo) => repo.owner === owner).map((repo) => fullName(repo)),
    calls: async () => [...journal.calls],
    violations: async () => [...journal.violations],
    mismatches: async () => [...journal.mismatches],
    workflowRuns: async () => [...world.runs],
  };
}

async function stateOf(world: World, repo: Repository): ReturnType<GitHubControl["repository"]> {
  const parent = repo.parentId === null ? undefined : world.repos.get(repo.parentId);
  const names = Object.keys(ordinaryFacts("")) as (keyof RepositoryFacts)[];
  const phase = world.phase(repo);
  return {
    ...(Object.fromEntries(names.map((name) => [name, repo[name]])) as unknown as RepositoryFacts),
    id: repo.id,
    repo: fullName(repo),
    parent: parent ? fullName(parent) : null,
    phase,
    actionsOn: world.actionsOn(repo),
    // A fork that is being copied is no git repository yet.
    refs: hasObjects(phase) ? Object.fromEntries(await repo.content.refs()) : {},
    folder: repo.content.folder,
  };
}

// In parts, so that nobody takes this file for a leak.
const prefixes = { classic: ["gh", "p_"].join(""), fineGrained: ["github", "_pat_"].join("") };

function addToken(world: World, seed: TokenSeed): { token: string; id: string } {
  if (world.account(seed.login) === null) world.addAccount("User", { login: seed.login });
  const id = `token-${world.nextId()}`;
  const random = (length: number): string =>
    randomBytes(length * 2)
      .toString("base64")
      .replaceAll(/[^A-Za-z0-9]/g, "")
      .slice(0, length);
  const token = seed.permissions
    ? `${prefixes.fineGrained}${random(22)}_${random(59)}`
    : `${prefixes.classic}${random(36)}`;
  const repositories = seed.repositories?.map((name) => {
    const repo = world.repo(name);
    if (repo === null) throw new Error(`${name} is not there. Add it before the token.`);
    return repo.id;
  });
  world.addToken(token, {
    kind: "user",
    id,
    login: seed.login,
    scopes: seed.permissions ? null : (seed.scopes ?? ["repo"]),
    permissions: seed.permissions ?? null,
    repositories: repositories ?? null,
  });
  return { token, id };
}
