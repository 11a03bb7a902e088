import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { uo } from "./uo.ts";

const exec = promisify(execFile);
const agentFile = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** A campaign in a temporary folder with one small real project and an agent that takes seconds. */
export interface TestCampaign extends AsyncDisposable {
  readonly folder: string;
  /** How often the agent was started. */
  agentStarts(): Promise<number>;
  /** Changes universe.config.json. */
  configure(change: (config: Record<string, unknown>) => void): Promise<void>;
}

export interface TestCampaignOptions {
  readonly agentSeconds?: number;
  /** `measured-agent.sh`: an agent with a real gain, benchmarks, and claims that do not hold; its upstream has tests. */
  readonly agent?: "quick-agent.sh" | "measured-agent.sh";
  readonly proof?: "none" | "same" | "fresh";
}

export async function testCampaign(options: TestCampaignOptions = {}): Promise<TestCampaign> {
  const { agent = "quick-agent.sh", proof = "none" } = options;
  const folder = await mkdtemp(join(tmpdir(), "uo-cli-"));
  const launches = join(folder, "launches");
  await makeUpstream(join(folder, "acme", "sum"), agent === "measured-agent.sh");
  const campaign = join(folder, "campaign");
  const made = await uo(
    folder,
    "init",
    campaign,
    "--agent",
    "command",
    "--command",
    `sh '${agentFile(agent)}' '${launches}' ${options.agentSeconds ?? 1}`,
  );
  if (made.exitCode !== 0) throw new Error(made.stderr);
  const added = await uo(
    campaign,
    "add",
    "--upstream",
    join(folder, "acme", "sum"),
    "--contact-name",
    "Robin Doe",
    "--contact-title",
    "CTO",
    "--contact-email",
    "robin@example.com",
  );
  if (added.exitCode !== 0) throw new Error(added.stderr);
  const config = join(campaign, "universe.config.json");
  const configure: TestCampaign["configure"] = async (change) => {
    const value = JSON.parse(await readFile(config, "utf8")) as Record<string, unknown>;
    change(value);
    await writeFile(config, JSON.stringify(value, null, 2));
  };
  await configure((value) => {
    value["run"] = { pollMinutes: 0.005, retrySeconds: 0.2, stopGraceSeconds: 2, timeLimitHours: 0.1 };
    value["proof"] = { machine: proof, profile: "quick", minutesPerClaim: 0.4 };
    value["outreach"] = { gate: { minVerified: 1, minSpeedup: 1.5 } };
  });
  return {
    folder: campaign,
    configure,
    async agentStarts() {
      const text = await readFile(launches, "utf8").catch(() => "");
      return text.split("\n").filter((line) => line !== "").length;
    },
    async [Symbol.asyncDispose]() {
      await uo(campaign, "destroy", "--all", "--discard");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const QUICK_SUM = "export const total = (list) => list.reduce((sum, item) => sum + item, 0);\n";
/** Sums eight times over, and has tests. */
const SLOW_SUM = `export function total(list) {
  let sum = 0;
  for (let pass = 0; pass < 8; pass += 1) {
    sum = 0;
    for (const item of list) sum += item;
  }
  return sum;
}

export const join = (list) => list.map((item) => \`\${item}\`).join(",");
`;
const SUM_TEST = `import assert from "node:assert/strict";
import { test } from "node:test";
import { join, total } from "../sum.mjs";

test("total", () => assert.equal(total([1, 2, 3]), 6));
test("total of nothing", () => assert.equal(total([]), 0));
test("join", () => assert.equal(join([1, 2]), "1,2"));
`;

/** A git repository with a package.json and one function; with tests and something to gain when asked for. */
export async function makeUpstream(path: string, withTests = false): Promise<void> {
  await mkdir(path, { recursive: true });
  const scripts = withTests ? ', "scripts": { "test": "node --test" }' : "";
  await writeFile(
    join(path, "package.json"),
    `{ "name": "sum", "version": "1.0.0", "type": "module"${scripts} }\n`,
  );
  await writeFile(join(path, "sum.mjs"), withTests ? SLOW_SUM : QUICK_SUM);
  if (withTests) {
    await mkdir(join(path, "test"));
    await writeFile(join(path, "test", "sum.test.mjs"), SUM_TEST);
  }
  const env = { PATH: process.env["PATH"] ?? "", HOME: path, GIT_CONFIG_NOSYSTEM: "1" };
  const git = (...args: string[]): Promise<unknown> =>
    exec("git", ["-c", "user.name=Robin Doe", "-c", "user.email=robin@example.com", ...args], {
      cwd: path,
      env,
    });
  await git("init", "-q", "-b", "main");
  await git("add", ".");
  await git("commit", "-q", "-m", "First");
}
