import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { cloneRepository, type Clone } from "../git/clone.ts";
import type { ProvenClaim } from "../proof.ts";
import { DEFAULT_SETTINGS, type ClaimRequest, type GuardRelease, type ProveSettings } from "../request.ts";
import type { Outcome } from "../run/run-supervised.ts";
import type { Sandbox, Task } from "../run/sandbox.ts";
import { randomFrom, type Random } from "../stats/random.ts";
import type { ProofContext } from "./context.ts";
import { proveClaim } from "./prove-claim.ts";

/*
 * Real commits in a real repository; the computer that measures is simulated, so that verdicts do not hang on the noise of the machine
 * that runs the tests. What a side does is a word in its source file.
 */

interface Behaviour {
  /** Seconds: of the start, and of one unit of work. */
  readonly start?: number;
  readonly unit?: number;
  /** Work that is done once, whatever the scale. */
  readonly once?: number;
  readonly cpuUnit?: number;
  readonly left?: number;
  readonly wrongAt?: (seed: number, scale: number) => boolean;
  readonly exitCode?: number;
  readonly digest?: (seed: number) => string;
  readonly peakMiB?: number;
  readonly tests?: Readonly<Record<string, "ok" | "FAIL" | "skipped 'x'">>;
  readonly buildFails?: boolean;
  /** Only at scales above this is it as slow as `unit`; below it is free. */
  readonly slowAbove?: number;
  readonly noise?: number;
  readonly writes?: boolean;
}

const passing = { test_unique: "ok", test_order: "ok" } as const;
const behaviours: Readonly<Record<string, Behaviour>> = {
  slow: { unit: 0.001 },
  reworded: { unit: 0.001 },
  double: { unit: 0.0005 },
  slight: { unit: 0.00098 },
  slower: { unit: 0.0012 },
  tripled: { unit: 0.003 },
  tenth: { unit: 0.0001 },
  hundredth: { unit: 0.00001 },
  cached: { unit: 0, once: 0.2 },
  preloaded: { unit: 0.0004, start: 0.2 },
  wrong: { unit: 0.0005, wrongAt: (seed) => seed % 5 === 0 },
  wrongwhenlarge: { unit: 0.0005, wrongAt: (_seed, scale) => scale > 300 },
  broken: { unit: 0.0005, tests: { ...passing, test_order: "FAIL" } },
  skipping: { unit: 0.0005, tests: { ...passing, test_order: "skipped 'x'" } },
  fewer: { unit: 0.0005, tests: { test_unique: "ok" } },
  crashing: { unit: 0.0005, exitCode: 1 },
  unbuildable: { unit: 0.0005, buildFails: true },
  threaded: { unit: 0.0005, cpuUnit: 0.001 },
  lingering: { unit: 0.0005, left: 1 },
  largeonly: { unit: 0.0005, slowAbove: 700 },
  lean: { unit: 0.001, peakMiB: 60 },
  failing: { unit: 0.001, exitCode: 3 },
  vague: { unit: 0.001, digest: (seed) => String(1000 + (seed % 30)) },
  constant: { unit: 0.001, digest: () => "done" },
  constanttoo: { unit: 0.0005, digest: () => "done" },
  writing: { unit: 0.0005, writes: true },
  noisy: { unit: 0.001, noise: 0.4 },
  quick: { unit: 0.0005, digest: (seed) => String(1000 + (seed % 30)) },
  noisydouble: { unit: 0.0009, noise: 0.4 },
};

/** A second file decides where it is there: two commits that make the same thing fast. */
function behaviourOf(root: string): Behaviour {
  const files = ["src/override.py", "src/words.py"]
    .map((file) => join(root, file))
    .filter((file) => existsSync(file));
  const word = /speed\("(\w+)"\)/.exec(readFileSync(files[0] ?? "", "utf8"))?.[1] ?? "";
  const behaviour = behaviours[word];
  if (behaviour === undefined) throw new Error(`No behaviour ${word}`);
  return behaviour;
}

function sandboxOf(random: Random, protects: boolean): Sandbox {
  const run = async (task: Task, signal?: AbortSignal): Promise<Outcome> => {
    signal?.throwIfAborted();
    const outcome: Outcome = {
      exitCode: 0,
      timedOut: false,
      stdout: "",
      stderr: "",
      outputCut: false,
      seconds: 0,
      cpuSeconds: 0,
      left: 0,
      peakMiB: null,
    };
    const is = behaviourOf(task.cwd);
    if (task.command === "build")
      return { ...outcome, exitCode: is.buildFails === true ? 1 : 0, stderr: "no such module" };
    if (task.command.startsWith("check")) {
      const lines = Object.entries(is.tests ?? passing).map(([name, state]) => `${name} (t.T) ... ${state}`);
      return {
        ...outcome,
        stderr: lines.join("\n"),
        exitCode: lines.some((line) => line.endsWith("FAIL")) ? 1 : 0,
      };
    }
    if (task.env?.["UNIVERSE_SCALE"] === undefined) return outcome;
    const [scale, seed] = [Number(task.env?.["UNIVERSE_SCALE"]), Number(task.env?.["UNIVERSE_SEED"])];
    if (is.exitCode !== undefined)
      return { ...outcome, exitCode: is.exitCode, stderr: "Traceback: it broke" };
    if (is.writes === true) writeFileSync(join(task.cwd, "kept"), String(seed));
    const unit = is.slowAbove !== undefined && scale > is.slowAbove ? 0.0015 : (is.unit ?? 0);
    const jitter = Math.exp((is.noise ?? 0.01) * (2 * random() - 1));
    const seconds = ((is.start ?? 0.03) + (is.once ?? 0) + unit * scale) * jitter;
    const honest = createHash("sha256").update(`${seed} ${scale}`).digest("hex");
    return {
      ...outcome,
      seconds,
      cpuSeconds: (is.start ?? 0.03) + (is.once ?? 0) + (is.cpuUnit ?? unit) * scale,
      left: is.left ?? 0,
      peakMiB: task.watchMemory === true ? (is.peakMiB ?? 100) + random() : null,
      stdout: is.wrongAt?.(seed, scale) === true ? "00000000" : (is.digest?.(seed) ?? honest),
    };
  };
  return {
    isolation: [],
    path: "/bin",
    protects,
    run,
    own: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

let folder: string;
let repository: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "prove-claim-"));
  repository = join(folder, "repo");
  mkdirSync(join(folder, "results/benchmarks"), { recursive: true });
  writeFileSync(join(folder, "results/benchmarks/words.py"), "print('simulated')\n");
  git("init", "-q", "-b", "main", repository);
  write("src/words.py", `speed("slow")\n`);
  write("src/other.py", `x = 1\n`);
  commit("Begin");
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

function git(...args: string[]): string {
  const identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false"];
  const cwd = existsSync(repository) ? repository : folder;
  return execFileSync("git", [...identity, ...args], {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
  }).trim();
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), text);
}

function commit(message: string): string {
  git("add", "-A");
  git("commit", "-q", "--allow-empty", "-m", message);
  return git("rev-parse", "HEAD");
}

/** A branch whose commits set the behaviours one after the other, from the first on; gives their ids. */
function branch(name: string, ...words: readonly string[]): string[] {
  git("checkout", "-q", "-B", name, "main");
  return words.map((word) => {
    write("src/words.py", `speed("${word}")\n`);
    return commit(`Make it ${word} on ${name}`);
  });
}

let branches = 0;

interface Case {
  /** Behaviours of base, commit, and what follows on the branch. */
  readonly words: readonly string[];
  readonly claim?: Partial<ClaimRequest>;
  /** Which of the words the claimed commit is. Default 1, the first after the base. */
  readonly claimed?: number;
  readonly settings?: Partial<ProveSettings>;
  readonly releases?: readonly Omit<GuardRelease, "commit">[];
  /** More commits on the branch. */
  readonly after?: () => void;
  readonly earlier?: (claim: ClaimRequest) => readonly ClaimRequest[];
  /** Whether worktrees cannot be written while measured. Default true. */
  readonly protects?: boolean;
}

async function prove(options: Case): Promise<ProvenClaim> {
  const name = `work-${(branches += 1)}`;
  const [base = "", ...rest] = branch(name, ...options.words);
  options.after?.();
  const claimed = rest[(options.claimed ?? 1) - 1] ?? base;
  const head = git("rev-parse", "HEAD");
  const workDir = join(folder, name);
  mkdirSync(workDir);
  const clone: Clone = await cloneRepository({ repository, branch: name, head, base, workDir });
  const claim: ClaimRequest = {
    index: 0,
    commit: claimed,
    function: "unique",
    file: "src/words.py",
    description: "",
    claimedRatio: 1.8,
    claimedMiB: null,
    benchmark: { file: "benchmarks/words.py", command: "python3 {file}" },
    ...options.claim,
  };
  // One session unless the test is about two: each more costs two worktrees.
  const settings: ProveSettings = { ...DEFAULT_SETTINGS, secondSession: false, ...options.settings };
  const context: ProofContext = {
    request: {
      project: "p",
      repo: "acme/words",
      repository,
      branch: name,
      head,
      base,
      claims: [claim],
      resultsFolder: join(folder, "results"),
      benchmarkCommand: null,
      language: "python",
      releases: (options.releases ?? []).map((release) => ({ ...release, commit: claimed })),
      workDir,
    },
    settings,
    clone,
    sandbox: sandboxOf(randomFrom(7), options.protects ?? true),
    commands: {
      language: "python",
      install: null,
      build: "build",
      test: { command: "check", report: "unittest" },
    },
    random: randomFrom(11),
    progress: () => undefined,
  };
  return await proveClaim(context, claim, options.earlier?.(claim) ?? []);
}

test("a true gain is proven, and quoted no higher than it is", async () => {
  const claim = await prove({ words: ["slow", "double", "double"], settings: { secondSession: true } });
  expect(claim).toMatchObject({ label: "verified", reason: "proven", guards: [], quotedMiB: null });
  // 0.53 s against 0.28 s is 1.89x; the work alone gains 2x.
  expect(claim.quoted).toBeGreaterThanOrEqual(1.8);
  expect(claim.quoted).toBeLessThanOrEqual(2);
  expect(claim.interval?.[0]).toBeLessThanOrEqual(claim.quoted ?? 0);
  expect(claim.sessions.map(({ kind }) => kind)).toEqual(["control", "gain", "gain", "ablation"]);
  expect(claim.commands).toEqual({ benchmark: "python3 {file}", build: "build", test: "check" });
  for (const { samples, seeds, looks } of claim.sessions) {
    expect(samples.length).toBe(looks.at(-1)?.n);
    // No input is measured twice.
    expect(new Set(seeds).size).toBe(samples.length);
  }
});

test("what was claimed above what is measured is restated", async () => {
  const claim = await prove({ words: ["slow", "double"], claim: { claimedRatio: 5 } });
  expect(claim).toMatchObject({ label: "verified", reason: "proven_restated", claimed: 5 });
  expect(claim.quoted).toBeLessThan(2.01);
  expect(claim.explanation).toContain("where 5x was claimed");
});

test("a tenfold gain is still believed", async () => {
  expect(await prove({ words: ["slow", "tenth"] })).toMatchObject({ label: "verified", guards: [] });
});

test.each([
  ["no gain", ["slow", "reworded"], "no_gain"],
  ["a gain below the floor", ["slow", "slight"], "no_gain"],
  ["a regression", ["slow", "slower"], "no_gain"],
  ["a cache", ["slow", "cached"], "not_scaling"],
  ["work moved to the start", ["slow", "preloaded"], "not_scaling"],
  ["slower at twice the size", ["slow", "largeonly"], "no_gain"],
  ["a wrong result at one seed in five", ["slow", "wrong"], "output_differs"],
  ["a wrong result at measured sizes only", ["slow", "wrongwhenlarge"], "output_differs"],
  ["a crash with the commit", ["slow", "crashing"], "output_differs"],
  ["a newly failing test", ["slow", "broken"], "correctness"],
  ["a build that fails", ["slow", "unbuildable"], "build_failed"],
  ["a benchmark that fails without the commit too", ["failing", "double"], "workload_failed"],
  ["a digest that is a count", ["vague", "quick"], "workload_failed"],
  ["a digest that is always the same", ["constant", "constanttoo"], "workload_failed"],
  ["noise that hides it", ["noisy", "noisydouble"], "unstable"],
] as const)("%s: %s is %s", async (_name, words, reason) => {
  const claim = await prove({ words });
  expect(claim).toMatchObject({ reason, quoted: null });
  expect(claim.label).not.toBe("verified");
});

test("a gain that stays when the commit is taken back at the head belongs to another one", async () => {
  const claim = await prove({
    words: ["slow", "double"],
    after: () => {
      write("src/override.py", `speed("double")\n`);
      commit("Make it fast elsewhere");
    },
  });
  expect(claim).toMatchObject({ label: "not_reproduced", reason: "ablation" });
});

test("a commit that cannot be taken back waits for a person", async () => {
  const words = ["slow", "double", "tenth"];
  const held = await prove({ words });
  expect(held).toMatchObject({ label: "unverifiable", reason: "guarded", quoted: null });
  expect(held.guards).toMatchObject([{ code: "ablation_conflict", released: null }]);
  const released = await prove({
    words,
    releases: [{ guard: "ablation_conflict", reason: "Looked at it." }],
  });
  expect(released).toMatchObject({ label: "verified", reason: "proven" });
  expect(released.guards).toMatchObject([{ code: "ablation_conflict", released: "Looked at it." }]);
});

test("what an earlier commit of the branch had made slow is no gain to make fast again", async () => {
  const words = ["slow", "tripled", "reworded"];
  expect(await prove({ words, claimed: 2 })).toMatchObject({
    label: "not_reproduced",
    reason: "no_gain",
    quoted: null,
  });
  // An honest gain on top of another one stands.
  const honest = await prove({ words: ["slow", "double", "tenth"], claimed: 2 });
  expect(honest).toMatchObject({ label: "verified" });
  expect(honest.sessions.map(({ kind }) => kind)).toEqual(["control", "gain", "product"]);
});

test.each([
  ["gain_over_10x", "hundredth"],
  ["processor_time", "threaded"],
  ["processes_left", "lingering"],
  ["more_skipped", "skipping"],
  ["fewer_tests", "fewer"],
])("the guard %s holds %s back until it is released", async (code, word) => {
  const words = ["slow", word];
  const held = await prove({ words });
  expect(held).toMatchObject({ label: "unverifiable", reason: "guarded", quoted: null });
  expect(held.guards.map((hit) => hit.code)).toEqual([code]);
  const released = await prove({ words, releases: [{ guard: code, reason: "It is meant to." }] });
  expect(released.label).toBe("verified");
  expect(released.guards).toMatchObject([{ code, released: "It is meant to." }]);
});

test("files that samples leave in the worktree are seen where it cannot be protected", async () => {
  const claim = await prove({ words: ["slow", "writing"], protects: false });
  expect(claim).toMatchObject({ reason: "guarded", guards: [{ code: "writes_files", where: "kept" }] });
});

test("another guard's release releases nothing", async () => {
  const claim = await prove({
    words: ["slow", "lingering"],
    releases: [{ guard: "touches_ci", reason: "x" }],
  });
  expect(claim.reason).toBe("guarded");
});

test("a guard does not make a false claim better: no gain stays no gain", async () => {
  const claim = await prove({
    words: ["slow", "reworded"],
    claim: { benchmark: { file: "benchmarks/words.py", command: "python3 -O {file}" } },
  });
  expect(claim).toMatchObject({ reason: "no_gain", guards: [{ code: "benchmark_command" }] });
});

test.each<[string, Partial<ClaimRequest>, string]>([
  ["no commit", { commit: null }, "names no commit"],
  ["no commit id", { commit: "HEAD~1" }, "names no commit"],
  ["a commit that is nowhere", { commit: "0123456789" }, "is not in the pushed repository"],
  ["a file that it does not touch", { file: "src/other.py" }, "does not touch src/other.py"],
  ["no file", { file: "" }, "names no file"],
])("evidence: %s", async (_name, claim, explanation) => {
  const result = await prove({ words: ["slow", "double"], claim });
  expect(result).toMatchObject({ label: "not_reproduced", reason: "evidence", sessions: [] });
  expect(result.explanation).toContain(explanation);
});

test("evidence: commits of other branches, older ones, empty ones and twins do not count", async () => {
  const [, elsewhere = ""] = branch("elsewhere", "slow", "double");
  git("update-ref", "refs/heads/kept", elsewhere);
  const off = await prove({ words: ["slow", "double", "tenth"], claim: { commit: elsewhere } });
  expect(off.explanation).toMatch(/not on the pushed branch/);
  const older = await prove({ words: ["slow", "double"], claim: { commit: git("rev-parse", "main") } });
  expect(older.explanation).toContain("older than the branch");
  const empty = await prove({ words: ["double", "double"] });
  expect(empty.explanation).toContain("changes nothing");
  const twin = await prove({ words: ["slow", "double"], earlier: (claim) => [claim] });
  expect(twin.explanation).toContain("claimed already");
  for (const claim of [off, older, empty, twin]) expect(claim.reason).toBe("evidence");
});

test.each<[string, Partial<ClaimRequest>]>([
  ["none is named", { benchmark: null }],
  ["it is missing", { benchmark: { file: "benchmarks/other.py", command: "python3 {file}" } }],
  ["it lies outside", { benchmark: { file: "../words.py", command: "python3 {file}" } }],
  ["its command does not run it", { benchmark: { file: "benchmarks/words.py", command: "python3 -c 1" } }],
])("no workload: %s", async (_name, claim) => {
  expect(await prove({ words: ["slow", "double"], claim })).toMatchObject({
    label: "unverifiable",
    reason: "no_workload",
  });
});

test("memory that is saved is proven in MiB, with no word on speed", async () => {
  const claim = await prove({
    words: ["slow", "lean"],
    claim: { claimedRatio: null, claimedMiB: 80 },
    settings: { secondSession: true },
  });
  expect(claim).toMatchObject({ label: "verified", reason: "proven_restated", quoted: null, interval: null });
  expect(claim.quotedMiB).toBeGreaterThanOrEqual(38);
  expect(claim.quotedMiB).toBeLessThanOrEqual(40);
  expect(claim.sessions.map(({ kind }) => kind)).toEqual(["control", "memory", "memory"]);
});

test("memory that is not saved is not reproduced", async () => {
  const claim = await prove({ words: ["slow", "reworded"], claim: { claimedRatio: null, claimedMiB: 50 } });
  expect(claim).toMatchObject({ label: "not_reproduced", reason: "no_gain", quotedMiB: null });
});

test("a claim of both is judged by its speed, and its memory is said only where it holds", async () => {
  const claim = await prove({ words: ["slow", "double"], claim: { claimedMiB: 50 } });
  expect(claim).toMatchObject({ label: "verified", quotedMiB: null });
  expect(claim.explanation).toContain("The memory reduction was not reproduced.");
});

test("a claim ends with its time, and keeps what was measured", async () => {
  const claim = await prove({ words: ["slow", "double"], settings: { minutesPerClaim: 0.0001 } });
  expect(claim).toMatchObject({ label: "unverifiable", reason: "out_of_time" });
});
