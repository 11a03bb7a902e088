import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ArmProcess, startArmProcess } from "@universe-optimize/test-servers/arm";
import { type GitHubProcess, startGitHubProcess } from "@universe-optimize/test-servers/github";

/** A cloud and a GitHub in processes of their own, for any number of campaigns that know nothing of each other. */
export interface World extends AsyncDisposable {
  readonly arm: ArmProcess;
  readonly hub: GitHubProcess;
  /** What a program needs to find both. */
  readonly env: Readonly<Record<string, string>>;
  /** A campaign with an organization, a resource group and a folder of its own. */
  campaign(name: string): Promise<CrashCampaign>;
}

export interface CrashCampaign extends AsyncDisposable {
  readonly name: string;
  readonly organization: string;
  readonly resourceGroup: string;
  /** The campaign's folder. */
  readonly folder: string;
  /** Beside it: what the agent tells, logs of points. */
  readonly outside: string;
  readonly env: Readonly<Record<string, string>>;
  readonly project: string;
  /** Its claims are measured again, on a machine of their own. */
  readonly proof: boolean;
}

const AGENT = fileURLToPath(new URL("crash-agent.sh", import.meta.url));
const TEMPLATES = fileURLToPath(new URL("../../../../email_templates", import.meta.url));
const PLENTY = 1_000_000;

interface WorldOptions {
  /** Further settings of each campaign's environment: the address of a database. */
  readonly env?: Readonly<Record<string, string>>;
  /** With a proof on a machine of its own. The agent's claim comes without a benchmark, so that it is judged in no time: there is no draft then. */
  readonly proof?: boolean;
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const { proof = false } = options;
  const root = await mkdtemp(join(tmpdir(), "crash-points-"));
  const arm = await startArmProcess({ backing: "sshd", nicReservationMs: 100 });
  // One token for a thousand campaigns: its limits are not what is looked at here.
  const hub = await startGitHubProcess({
    limits: {
      requestsPerHour: PLENTY,
      pointsPerMinute: PLENTY,
      creationsPerMinute: PLENTY,
      creationsPerHour: PLENTY,
    },
  });
  await hub.addUser({ login: "operator" });
  await hub.addRepository({
    repo: "acme/sum",
    language: "JavaScript",
    license: "MIT",
    commits: [
      {
        message: "First",
        files: {
          "package.json": '{ "name": "sum", "version": "1.0.0", "type": "module" }\n',
          "sum.mjs": "export const total = (list) => list.reduce((sum, item) => sum + item, 0);\n",
          ".github/workflows/ci.yml": "on: push\n",
        },
      },
    ],
  });
  const { token } = await hub.addToken({ login: "operator", scopes: ["repo", "workflow"] });
  const env = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    LANG: "C.UTF-8",
    NODE_COMPILE_CACHE: join(root, "compiled"),
    GITHUB_TOKEN: token,
    GITHUB_API_URL: hub.apiUrl,
    GITHUB_SERVER_URL: hub.serverUrl,
    ...arm.env,
    ...options.env,
  };
  return {
    arm,
    hub,
    env,
    async campaign(name) {
      const place = join(root, name);
      const outside = join(place, "outside");
      const folder = join(place, "campaign");
      const organization = `org-${name}`;
      const resourceGroup = `group-${name}`;
      await mkdir(outside, { recursive: true });
      await mkdir(folder);
      await cp(TEMPLATES, join(folder, "email_templates"), { recursive: true });
      await hub.addOrganization({ login: organization, members: { operator: "admin" } });
      await writeFile(
        join(folder, "universe.config.json"),
        JSON.stringify(configuration(arm, { name, organization, resourceGroup, outside, proof })),
      );
      await writeFile(join(folder, "projects.json"), JSON.stringify([PROJECT]));
      return {
        name,
        organization,
        resourceGroup,
        folder,
        outside,
        env: { ...env, HOME: outside, TMPDIR: outside },
        project: PROJECT.id,
        proof,
        [Symbol.asyncDispose]: () => rm(place, { recursive: true, force: true, maxRetries: 5 }),
      };
    },
    async [Symbol.asyncDispose]() {
      await arm.stop();
      await hub.dispose();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const PROJECT = {
  id: "project-001",
  repo: "acme/sum",
  language: "javascript",
  description: "Sums.",
  domain: "arithmetic",
  company: "Acme",
  target_contact: {
    name: "Robin Doe",
    title: "CTO",
    email: "robin@example.com",
    linkedin: null,
    source: "manual",
  },
  why_selected: "It is small.",
};

function configuration(
  arm: ArmProcess,
  {
    name,
    organization,
    resourceGroup,
    outside,
    proof,
  }: Pick<CrashCampaign, "name" | "organization" | "resourceGroup" | "outside" | "proof">,
): object {
  return {
    campaign: `crash-${name}`,
    github: { provider: "github", organization },
    machines: {
      provider: "azure",
      azure: {
        subscriptionId: arm.subscriptionId,
        resourceGroup,
        adminUsername: userInfo().username,
        resourceManagerUrl: arm.url,
        retailPricesUrl: "http://127.0.0.1:9", // nobody answers there
        orchestratorIp: "198.51.100.7",
        sshPort: arm.sshPort,
        systemInstall: "check",
        pollSeconds: 0.05,
      },
    },
    agent: { kind: "command", command: `sh '${AGENT}' '${outside}'` },
    run: { pollMinutes: 0.005, retrySeconds: 0.2, stopGraceSeconds: 2, timeLimitHours: 0.1 },
    proof: { machine: proof ? "fresh" : "none" },
    outreach: { gate: { minVerified: 1, minSpeedup: 1.5 } },
  };
}
