import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type GitHubOptions, type GitHubServer, startGitHub } from "@universe-optimize/test-servers/github";
import { makeUpstream } from "./campaign.ts";
import { type GitRecorder, gitRecorder } from "./git-recorder.ts";
import { uo, uoWith } from "./uo.ts";

/** A campaign whose forks are on a GitHub of its own, and whose agent is one of the scripts here. */
export interface GitHubCampaign extends AsyncDisposable {
  readonly hub: GitHubServer;
  /** The organization's token, as an operator has it in the environment. */
  readonly token: string;
  /** What the program is started with. */
  readonly env: Readonly<Record<string, string>>;
  /** The campaign's folder, which is HOME too. */
  readonly folder: string;
  /** A folder beside it that the agent may write to. */
  readonly outside: string;
  /** Every git that was started through PATH. */
  readonly git: GitRecorder;
}

export async function githubCampaign(agent: string, options: GitHubOptions = {}): Promise<GitHubCampaign> {
  const folder = await mkdtemp(join(tmpdir(), "uo-github-"));
  const hub = await startGitHub({ fork: { unexportedMs: 200, emptyMs: 200 }, ...options });
  const upstream = join(folder, "upstream");
  await makeUpstream(upstream);
  await hub.addOrganization({ login: "our-org", members: { operator: "admin" } });
  await hub.addRepository({ repo: "acme/sum", from: upstream, language: "JavaScript", license: "MIT" });
  await hub.commit("acme/sum", {
    message: "Test on every push",
    files: { ".github/workflows/ci.yml": "on: push\n" },
  });
  const { token } = await hub.addToken({ login: "operator", scopes: ["repo", "workflow"] });
  const script = fileURLToPath(new URL(agent, import.meta.url));
  const campaign = join(folder, "campaign");
  const outside = join(folder, "outside");
  await mkdir(outside);
  const command = `sh '${script}' '${script.includes("quick") ? join(outside, "launches") : outside}' 1`;
  const made = await uo(folder, "init", campaign, "--agent", "command", "--command", command);
  if (made.exitCode !== 0) throw new Error(made.stderr);
  const config = join(campaign, "universe.config.json");
  const value = JSON.parse(await readFile(config, "utf8")) as Record<string, unknown>;
  value["github"] = { provider: "github", organization: "our-org" };
  value["run"] = { pollMinutes: 0.005, retrySeconds: 0.2, stopGraceSeconds: 2, timeLimitHours: 0.1 };
  value["proof"] = { machine: "none" };
  value["outreach"] = { gate: { minVerified: 1, minSpeedup: 1.5 } };
  await writeFile(config, JSON.stringify(value, null, 2));
  const added = await uo(
    campaign,
    "add",
    "acme/sum",
    "--language",
    "javascript",
    "--contact-name",
    "Robin Doe",
    "--contact-email",
    "robin@example.com",
  );
  if (added.exitCode !== 0) throw new Error(added.stderr);
  const git = await gitRecorder(join(folder, "recorder"));
  const env = {
    GITHUB_TOKEN: token,
    GITHUB_API_URL: hub.apiUrl,
    GITHUB_SERVER_URL: hub.serverUrl,
    PATH: `${git.bin}:${process.env["PATH"] ?? "/usr/bin:/bin"}`,
  };
  return {
    hub,
    token,
    env,
    folder: campaign,
    outside,
    git,
    async [Symbol.asyncDispose]() {
      await uoWith(env, campaign, "destroy", "--all", "--discard");
      await hub.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
