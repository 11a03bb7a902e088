import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { MachineProvider } from "@universe-optimize/cloud-vm";
import type { ForkProvider } from "@universe-optimize/github-fork";
import { readProjectList, type Project } from "@universe-optimize/project-list";
import { sessionFleet } from "@universe-optimize/remote-session";
import type { StateStore } from "@universe-optimize/state-store";
import { type CampaignPaths, campaignPaths } from "../campaign/campaign-paths.ts";
import { upstreamUrl } from "../campaign/upstream.ts";
import { readSecrets, type Secrets } from "../campaign/secrets.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { readConfig } from "../config/read-config.ts";
import { ForkNotices } from "../fork-notices.ts";
import { MachineNotices } from "../machine/machine-notices.ts";
import type { Services } from "../services.ts";
import { openStore } from "./open-store.ts";
import { campaignSshKey, type SshKey } from "./ssh-key.ts";

/** A campaign that is ready to be driven. */
export interface Campaign extends AsyncDisposable {
  readonly services: Services;
  readonly projects: readonly Project[];
}

/**
 * Opens a campaign's folder: configuration, project list, database, and the adapters that the configuration names.
 * This is the only place that knows adapters, and it loads just the chosen ones.
 *
 * @throws ConfigError, ProjectListError, StoreError: before anything is changed
 */
export async function openCampaign(directory: string): Promise<Campaign> {
  const paths = campaignPaths(directory);
  const config = await readConfig(paths.config);
  const { projects } = await readProjectList(paths.projects);
  const secrets = await readSecrets(paths.root);
  const store = await openStore(paths);
  try {
    await store.syncProjects(projects.map(projectFacts));
    const sshKey = await campaignSshKey(paths.sshKey, `universe-optimize ${config.campaign}`);
    const { connect } = await import("@universe-optimize/remote-session/ssh");
    const sessions = sessionFleet();
    const notices = new MachineNotices();
    const forkNotices = new ForkNotices();
    const services: Services = {
      config,
      paths,
      store,
      machines: await machineProvider(config, paths, sshKey, store, notices),
      notices,
      forks: await forkProvider(config, paths, secrets, store, forkNotices),
      forkNotices,
      connect,
      sessions,
      sshKey,
      secrets,
      clock: systemClock,
      // A VM is ours to install on; a host and this computer are not.
      systemInstall: config.machines.provider === "azure" ? config.machines.azure.systemInstall : "check",
      async [Symbol.asyncDispose]() {
        await sessions[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
      },
    };
    return { services, projects, [Symbol.asyncDispose]: () => services[Symbol.asyncDispose]() };
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

function projectFacts(project: Project): Parameters<Services["store"]["syncProjects"]>[0][number] {
  return {
    id: project.id,
    repo: project.repo,
    language: project.language,
    company: project.company,
    contact_name: project.target_contact?.name ?? null,
    contact_email: project.target_contact?.email ?? null,
    contact_title: project.target_contact?.title ?? null,
  };
}

/** The machine provider that the configuration names. */
export async function machineProvider(
  config: Config,
  paths: CampaignPaths,
  sshKey: SshKey,
  store: StateStore,
  notices: MachineNotices,
): Promise<MachineProvider> {
  switch (config.machines.provider) {
    case "local": {
      const { localProvider } = await import("@universe-optimize/cloud-vm/local");
      return localProvider({ directory: paths.machines, ttlHours: config.machines.ttlHours });
    }
    case "hosts": {
      const { hostsProvider } = await import("@universe-optimize/cloud-vm/hosts");
      const { inventory, privateKeyFile } = config.machines.hosts;
      const privateKey =
        privateKeyFile === null
          ? sshKey.privateKey
          : await readFile(resolve(paths.root, privateKeyFile), "utf8");
      return hostsProvider({ inventory, privateKey });
    }
    case "azure": {
      const { azureMachines } = await import("./azure-machines.ts");
      return await azureMachines(config, store, notices);
    }
  }
}

/** The fork provider that the configuration names. */
export async function forkProvider(
  config: Config,
  paths: CampaignPaths,
  secrets: Secrets,
  store: StateStore,
  notices: ForkNotices = new ForkNotices(),
): Promise<ForkProvider> {
  if (config.github.provider === "github") {
    const { githubForks } = await import("./github-forks.ts");
    return await githubForks(config, paths, secrets, store, notices);
  }
  const { localForkProvider } = await import("@universe-optimize/github-fork/local");
  return localForkProvider({
    directory: paths.forks,
    organization: config.github.organization,
    resolveUpstream: upstreamUrl,
  });
}
