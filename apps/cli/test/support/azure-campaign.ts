import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type ArmProcess,
  type ArmProcessOptions,
  startArmProcess,
} from "@universe-optimize/test-servers/arm";
import { makeUpstream } from "./campaign.ts";
import { uo, uoWith } from "./uo.ts";

/** A campaign whose machines are virtual ones of an emulated Azure, each with an OpenSSH server of its own. */
export interface AzureCampaign extends AsyncDisposable {
  readonly arm: ArmProcess;
  /** The campaign's folder, which is HOME too. */
  readonly folder: string;
  /** What the program is started with: nothing but Azure's own variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `uo` there. */
  uo(...args: readonly string[]): ReturnType<typeof uoWith>;
  /** Changes universe.config.json. */
  configure(change: (config: Record<string, Record<string, unknown>>) => void): Promise<void>;
  /** How often agents were started. */
  agentStarts(): Promise<number>;
  /** What exists beyond the group and the network that machines share, as `type name`. */
  leftovers(): Promise<string[]>;
}

export interface AzureCampaignOptions {
  readonly projects?: number;
  readonly agentSeconds?: number;
  readonly azure?: Readonly<Record<string, unknown>>;
  readonly arm?: ArmProcessOptions;
}

const SHARED = /resourceGroups|virtualNetworks|networkSecurityGroups/i;

export async function azureCampaign(options: AzureCampaignOptions = {}): Promise<AzureCampaign> {
  const { projects = 1, agentSeconds = 0.1 } = options;
  const folder = await mkdtemp(join(tmpdir(), "uo-azure-"));
  const arm = await startArmProcess({ backing: "sshd", nicReservationMs: 400, ...options.arm });
  const campaign = join(folder, "campaign");
  const launches = join(folder, "launches");
  const agent = fileURLToPath(new URL("quick-agent.sh", import.meta.url));
  const good = async (run: ReturnType<typeof uo>): Promise<void> => {
    const { exitCode, stderr } = await run;
    if (exitCode !== 0) throw new Error(stderr);
  };
  const command = `sh '${agent}' '${launches}' ${agentSeconds}`;
  await good(uo(folder, "init", campaign, "--agent", "command", "--command", command));
  for (let number = 1; number <= projects; number++) {
    const upstream = join(folder, "acme", `sum-${number}`);
    await makeUpstream(upstream);
    await good(uo(campaign, "add", "--upstream", upstream));
  }
  const file = join(campaign, "universe.config.json");
  const configure: AzureCampaign["configure"] = async (change) => {
    const config = JSON.parse(await readFile(file, "utf8")) as Record<string, Record<string, unknown>>;
    change(config);
    await writeFile(file, JSON.stringify(config, null, 2));
  };
  await configure((config) => {
    config["run"] = { pollMinutes: 0.005, retrySeconds: 0.2, stopGraceSeconds: 2, timeLimitHours: 0.1 };
    config["proof"] = { machine: "none", profile: "quick", sampleSeconds: 0.4 };
    config["outreach"] = { gate: { minVerified: 1, minSpeedup: 1.5 } };
    config["machines"] = {
      provider: "azure",
      concurrency: 3,
      azure: {
        subscriptionId: arm.subscriptionId,
        resourceManagerUrl: arm.url,
        retailPricesUrl: "http://127.0.0.1:9", // nobody answers there
        orchestratorIp: "198.51.100.7",
        adminUsername: userInfo().username,
        sshPort: arm.sshPort,
        systemInstall: "check",
        pollSeconds: 0.05,
        ...options.azure,
      },
    };
  });
  return {
    arm,
    folder: campaign,
    env: arm.env,
    uo: (...args) => uoWith(arm.env, campaign, ...args),
    configure,
    async agentStarts() {
      const text = await readFile(launches, "utf8").catch(() => "");
      return text.split("\n").filter((line) => line !== "").length;
    },
    async leftovers() {
      return (await arm.inventory())
        .filter(({ type }) => !SHARED.test(type))
        .map(({ type, name }) => `${type} ${name}`);
    },
    async [Symbol.asyncDispose]() {
      await arm.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
