import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** What a project's agent plays: a claim that counts, results without one, or nothing at all. */
export type Play = "gain" | "empty" | "nothing" | "hang";

/** A campaign of small projects over local machines, with an agent that takes no time. */
export interface BatchCampaign extends AsyncDisposable {
  readonly folder: string;
  readonly ids: readonly string[];
  /** Where the agents count their starts, and leave copies of what they wrote. */
  readonly notes: string;
  play(what: Play, id?: string): Promise<void>;
  /** How often a project's agent was started; of all where none is named. */
  starts(id?: string): Promise<number>;
  machineFolders(): Promise<string[]>;
  forks(): Promise<string[]>;
  configure(change: (config: Settings) => void): Promise<void>;
}

/** universe.config.json as a test changes it. */
type Settings = Record<string, Record<string, unknown>> & { batch: Record<string, unknown> };

export interface CampaignOptions {
  readonly projects: number;
  readonly agentSeconds?: number;
  readonly machines?: number;
  readonly batch?: Record<string, unknown>;
  /** Default: a new temporary folder. */
  readonly folder?: string;
}

export async function batchCampaign(options: CampaignOptions): Promise<BatchCampaign> {
  const root = options.folder ?? (await mkdtemp(join(tmpdir(), "uo-batch-")));
  const folder = join(root, "campaign");
  const notes = join(root, "notes");
  const agent = fileURLToPath(new URL("agent.sh", import.meta.url));
  await mkdir(join(folder, "email_templates"), { recursive: true });
  await mkdir(notes, { recursive: true });
  await makeUpstream(join(root, "template"));
  const width = String(options.projects).length;
  const ids = Array.from(
    { length: options.projects },
    (_, n) => `p${String(n + 1).padStart(Math.max(2, width), "0")}`,
  );
  for (const id of ids) await cp(join(root, "template"), join(root, "acme", id), { recursive: true });
  await writeFile(
    join(folder, "projects.json"),
    JSON.stringify(
      ids.map((id) => ({
        id,
        repo: `acme/${id}`,
        upstream: join(root, "acme", id),
        language: "javascript",
        description: "A sum.",
        domain: "tests",
        company: "Example",
        target_contact: {
          name: "Robin Doe",
          title: "CTO",
          email: `robin@${id}.example.com`,
          linkedin: null,
          source: "manual",
        },
        why_selected: "It is small.",
      })),
    ),
  );
  await writeFile(
    join(folder, "email_templates", "email_1_proof.md"),
    "Subject: {{ project_name }}\n\nHello {{ contact_first_name }}.\n",
  );
  const config = {
    campaign: "batch",
    machines: { provider: "local", concurrency: options.machines ?? 3 },
    agent: { kind: "command", command: `sh '${agent}' '${notes}' ${options.agentSeconds ?? 0}` },
    run: { pollMinutes: 0.005, retrySeconds: 0.2, stopGraceSeconds: 2, timeLimitHours: 0.2 },
    proof: { machine: "none" },
    batch: {
      rerun: { failed: 0, lost: 1, afterMinutes: 0 },
      tickSeconds: 0.3,
      waves: { sizes: [1], maxFailedShare: 1 },
      ...options.batch,
    },
  };
  const configFile = join(folder, "universe.config.json");
  await writeFile(configFile, JSON.stringify(config));
  return {
    folder,
    ids,
    notes,
    play: (what, id) => writeFile(join(notes, id === undefined ? "play" : `play-${id}`), what),
    async starts(id) {
      const names = (await readdir(notes)).filter((name) => name === `starts-${id ?? name.slice(7)}`);
      const texts = await Promise.all(names.map((name) => readFile(join(notes, name), "utf8")));
      return texts
        .join("")
        .split("\n")
        .filter((line) => line !== "").length;
    },
    machineFolders: () => readdir(join(folder, ".universe", "machines")).catch(() => []),
    forks: () => readdir(join(folder, "forks", "our-org")).catch(() => []),
    async configure(change) {
      const settings = JSON.parse(await readFile(configFile, "utf8")) as Settings;
      change(settings);
      await writeFile(configFile, JSON.stringify(settings));
    },
    async [Symbol.asyncDispose]() {
      await removeMachines(folder);
      await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Removes what a failed test left running. */
async function removeMachines(folder: string): Promise<void> {
  const { localProvider } = await import("@universe-optimize/cloud-vm/local");
  const machines = localProvider({ directory: join(folder, ".universe", "machines"), ttlHours: 24 });
  for (const { name } of await machines.list({ project: "universe-optimize" })) await machines.destroy(name);
}

/** A git repository with one function. */
async function makeUpstream(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "package.json"), '{ "name": "sum", "version": "1.0.0", "type": "module" }\n');
  await writeFile(
    join(path, "sum.mjs"),
    "export const total = (list) => list.reduce((sum, item) => sum + item, 0);\n",
  );
  const env = { PATH: process.env["PATH"] ?? "", HOME: path, GIT_CONFIG_NOSYSTEM: "1" };
  const git = (...args: string[]): Promise<unknown> =>
    exec("git", ["-c", "user.name=Robin Doe", "-c", "user.email=robin@example.com", ...args], {
      cwd: path,
      env,
    });
  await git("init", "-q", "-b", "main", "--template=");
  await git("add", ".");
  await git("commit", "-q", "-m", "First");
}
