import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Proof } from "@universe-optimize/claim-prover";
import { holdLease, leaseOwner, rerender } from "@universe-optimize/pipeline";
import { projectPaths } from "@universe-optimize/pipeline/campaign";
import { openCampaign } from "@universe-optimize/pipeline/compose";
import { addProject } from "@universe-optimize/project-list";
import { makeUpstream } from "./campaign.ts";

const exec = promisify(execFile);
const TEMPLATES = fileURLToPath(new URL("../../../../email_templates", import.meta.url));
export const ID = "project-001";

/** A campaign with one project whose results are collected and proven, and whose mails are drafted: without an agent, in seconds. */
export interface CollectedCampaign extends AsyncDisposable {
  readonly folder: string;
  /** What `rerender` told. */
  readonly lines: readonly string[];
  /** The three commits of the branch, oldest first; the second is not verified. */
  readonly commits: readonly string[];
  /** Changes universe.config.json. */
  configure(change: (config: Record<string, unknown>) => void): Promise<void>;
  /** Renders again, as 'uo email' does. */
  render(): Promise<void>;
  /** Asks the fork, a bare repository. */
  fork(...args: readonly string[]): Promise<string>;
}

/** What the middle commit changes: a file of its own, or the lines that the last one changes too. */
export interface CollectedOptions {
  readonly middle?: "apart" | "in the way";
}

export async function collectedCampaign(options: CollectedOptions = {}): Promise<CollectedCampaign> {
  const root = await mkdtemp(join(tmpdir(), "uo-collected-"));
  const [folder, upstream] = [join(root, "campaign"), join(root, "acme", "sum")];
  await makeUpstream(upstream);
  await mkdir(folder);
  await cp(TEMPLATES, join(folder, "email_templates"), { recursive: true });
  await writeFile(join(folder, "projects.json"), "[]");
  await addProject(join(folder, "projects.json"), {
    repo: "acme/sum",
    language: "javascript",
    upstream,
    target_contact: {
      name: "Robin Doe",
      title: "CTO",
      email: "robin@example.com",
      linkedin: null,
      source: "manual",
      country: "US",
    },
  });
  const file = join(folder, "universe.config.json");
  const configure: CollectedCampaign["configure"] = async (change) => {
    const value = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    change(value);
    await writeFile(file, JSON.stringify(value, null, 2));
  };
  const config = {
    campaign: "spring",
    agent: { kind: "command", command: "exit 1" },
    proof: { machine: "same" },
    outreach: {
      gate: { minVerified: 2, minSpeedup: 1.5 },
      allowedCountries: ["US"],
      sender: {
        name: "Codeflash",
        email: "founder@example.org",
        postalAddress: "1 Example Street, Example City",
        optOut: "Reply with 'no thanks' and I will not write again.",
      },
    },
  };
  await writeFile(file, JSON.stringify(config));
  const commits = await collect(folder, options.middle ?? "apart");
  const lines: string[] = [];
  const render = async (): Promise<void> => {
    await using campaign = await openCampaign(folder);
    const [project] = campaign.projects;
    if (project === undefined) throw new Error("the campaign has no project");
    await rerender(campaign.services, project, {
      replace: false,
      signal: AbortSignal.timeout(60_000),
      progress: (line) => void lines.push(line),
    });
  };
  await render();
  return {
    folder,
    lines,
    commits,
    configure,
    render,
    async fork(...args) {
      const gitDir = join(folder, "forks", "our-org", "sum.git");
      return (await exec("git", ["--git-dir", gitDir, ...args])).stdout.trim();
    },
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Does what the steps up to the proof would have done, through the campaign's own services. */
async function collect(folder: string, middle: "apart" | "in the way"): Promise<string[]> {
  await using campaign = await openCampaign(folder);
  const { services, projects } = campaign;
  const { forks, store, paths, config } = services;
  const [project] = projects;
  if (project === undefined) throw new Error("the campaign has no project");
  const fork = await forks.fork({ repo: project.repo, upstream: project.upstream });
  const { bundle, results, proof: proofFile, runMarker } = projectPaths(paths, project.id);
  const work = join(folder, "..", "work");
  await forks.bundle(fork, `${work}.bundle`);
  await exec("git", ["clone", "--quiet", `${work}.bundle`, work]);
  const env = { PATH: process.env["PATH"] ?? "", HOME: work, GIT_CONFIG_NOSYSTEM: "1" };
  const git = async (...args: readonly string[]): Promise<string> => {
    const ident = ["-c", "user.name=Agent Smith", "-c", "user.email=smith@example.com"];
    return (await exec("git", [...ident, ...args], { cwd: work, env })).stdout.trim();
  };
  const commit = async (name: string, text: string, subject: string): Promise<string> => {
    await writeFile(join(work, name), text);
    await git("add", ".");
    await git("commit", "-q", "-m", subject);
    return await git("rev-parse", "HEAD");
  };
  const { branch } = config.run;
  await git("checkout", "-q", "-b", branch);
  const loop = (step: string): string => `export const total = (list) => list.${step};\n`;
  const commits = [
    await commit("first.mjs", loop("reduce(add)"), "Sum first"),
    await commit(middle === "apart" ? "none.mjs" : "sum.mjs", loop("nothing()"), "No gain"),
    await commit("sum.mjs", loop("faster()"), "Sum faster"),
  ];
  await mkdir(dirname(bundle), { recursive: true });
  await git("bundle", "create", "-q", bundle, branch, `^${fork.baseSha}`);
  const [, , head = ""] = commits;
  await forks.push({ fork, bundleFile: bundle, branch, sha: head });

  const claims = commits.map((sha, index) => provenClaim(sha, index));
  const at = new Date().toISOString();
  const proof: Proof = {
    schema: 1,
    project: project.id,
    repo: project.repo,
    base: fork.baseSha,
    head,
    machine: { cpu: "x", cores: 2, memoryMiB: 1, kernel: "x", tools: {}, isolation: [] },
    prover: "0.0.0",
    startedAt: at,
    finishedAt: at,
    method: "Each commit was measured against its parent.",
    reduced: false,
    claims,
    product: null,
  };
  const summary = {
    repo: project.repo,
    language: "javascript",
    branch,
    total_experiments: 3,
    total_keeps: 3,
    total_discards: 0,
    optimizations: claims.map(({ commit: sha, function: name, file }) => ({
      commit: sha,
      function: name,
      file,
      description: "one pass",
      cpu_speedup: "4x faster",
      memory_reduction: null,
      technique: "one pass",
    })),
    headline_stats: {
      best_single_speedup: "4x faster",
      best_function: "total",
      total_cpu_improvement_pct: 70,
      total_memory_saved_mb: 0,
    },
    pr_ready_commits: 3,
    status: "completed",
    error: null,
  };
  await mkdir(results, { recursive: true });
  await mkdir(dirname(runMarker), { recursive: true });
  await writeFile(join(results, "summary.json"), JSON.stringify(summary));
  await writeFile(proofFile, JSON.stringify(proof));
  await writeFile(runMarker, "1");

  await using lease = await holdLease(store, project.id, leaseOwner());
  const run = await store.createRun(lease.fence, project.id, "fork");
  const facts = { fork, branchUrl: forks.branchUrl(fork, branch), harvestedSha: head, pushedSha: head };
  await store.updateRun(lease.fence, run.id, {
    run: { step: "contextualize", outcome: "completed", facts_json: JSON.stringify(facts) },
    project: { status: "completed" },
  });
  return commits;
}

/** The middle claim showed no gain. */
function provenClaim(commit: string, index: number): Proof["claims"][number] {
  const holds = index !== 1;
  return {
    index,
    commit,
    function: ["first", "none", "total"][index] ?? "",
    file: ["first.mjs", "none.mjs", "sum.mjs"][index] ?? "",
    claimed: 4,
    label: holds ? "verified" : "not_reproduced",
    reason: holds ? "proven" : "no_gain",
    explanation: holds ? "Measured 3.1x." : "Measured 1x.",
    quoted: holds ? 3.1 : null,
    interval: holds ? [2.9, 3.3] : [0.99, 1.01],
    noiseFloor: 0.01,
    quotedMiB: null,
    intervalMiB: null,
    guards: [],
    sessions: [],
    commands: {},
    seconds: 1,
  };
}
