import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { ForkProvider } from "@universe-optimize/github-fork";
import { localForkProvider } from "@universe-optimize/github-fork/local";
import {
  commitOnBundle,
  makeUpstream,
  type UpstreamRepository,
} from "@universe-optimize/github-fork/testing";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";

// What changes on the disk changes between two runs of git. A git in front of the real one on PATH kills the program
// that calls it, at its n-th call, before the real git runs. So every such point is met, and none by chance.

let folder: string;
let upstream: UpstreamRepository;
const program = fileURLToPath(new URL("fork-program.ts", import.meta.url));
const branch = "codeflash/optimize";
const open = (directory: string): ForkProvider => localForkProvider({ directory, organization: "our-org" });

const killer = `#!/bin/sh
echo x >> "$0.calls"
calls=$(wc -l < "$0.calls")
if [ "$calls" -eq "KILL_AT" ]; then kill -9 $PPID; exit 1; fi
PATH="REAL_PATH" exec git "$@"
`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fork-sigkill-"));
  upstream = await makeUpstream(join(folder, "upstream"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs the program and kills it at that call of git; resolves to whether it came so far. */
async function kill(at: number, args: readonly string[]): Promise<boolean> {
  const bin = join(folder, `bin-${at}`);
  const path = process.env["PATH"] ?? "";
  const script = killer.replaceAll("KILL_AT", `${at}`).replace("REAL_PATH", path);
  await mkdir(bin);
  await writeFile(join(bin, "git"), script, { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}:${path}` };
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const signal = await new Promise((resolve) => child.once("close", (_, name) => resolve(name)));
  expect(stdout).toContain("begun");
  return signal === "SIGKILL";
}

const git = async (path: string, ...args: string[]): Promise<string> =>
  (await execa("git", [`--git-dir=${path}`, ...args])).stdout;

/** Calls `check` after a kill at every point from `first` on, until the act comes to its end unharmed. */
async function atEveryPoint(
  first: number,
  act: (directory: string) => readonly string[],
  prepare: (directory: string) => Promise<void>,
  check: (directory: string) => Promise<void>,
): Promise<number> {
  for (let at = first; ; at++) {
    const directory = join(folder, `forks-${at}`);
    await prepare(directory);
    const killed = await kill(at, act(directory));
    await check(directory);
    if (!killed) return at - first;
  }
}

// Adopting the fork takes three runs of git.
const afterAdoption = 4;

test(
  "killed at every point of forking: no fork or a whole one, and the next attempt succeeds",
  { timeout: 120_000 },
  async () => {
    const points = await atEveryPoint(
      1,
      (directory) => ["fork", directory, upstream.path],
      async () => {},
      async (directory) => {
        const organization = join(directory, "our-org");
        const before = await readdir(organization).catch((): string[] => []);
        if (before.includes("app.git"))
          await git(join(organization, "app.git"), "fsck", "--full", "--strict");
        const provider = open(directory);
        const fork = await provider.fork({ repo: "acme/app", upstream: upstream.path });
        expect(fork).toMatchObject({ forkRepo: "our-org/app", baseSha: upstream.head });
        await git(join(organization, "app.git"), "fsck", "--full", "--strict");
        expect(await readdir(organization)).toEqual(["app.git"]);
      },
    );
    expect(points).toBeGreaterThan(4);
  },
);

test(
  "killed at every point of pushing: the branch is old or new, nothing is lost, and the next attempt succeeds",
  { timeout: 120_000 },
  async () => {
    const request = { repo: "acme/app", upstream: upstream.path };
    const fork = await open(join(folder, "forks")).fork(request);
    const file = join(folder, "app.bundle");
    await open(join(folder, "forks")).bundle(fork, file);
    const first = await commitOnBundle(file, join(folder, "first"), branch, ["first.txt"]);
    const second = await commitOnBundle(file, join(folder, "second"), branch, ["second.txt"]);

    const points = await atEveryPoint(
      afterAdoption,
      (directory) => ["push", directory, upstream.path, second.bundleFile, branch, second.sha],
      async (directory) => {
        const made = await open(directory).fork(request);
        await open(directory).push({ fork: made, branch, ...first });
      },
      async (directory) => {
        const provider = open(directory);
        expect([first.sha, second.sha]).toContain(await provider.branchSha(fork, branch));
        await provider.push({ fork, branch, ...second });
        expect(await provider.branchSha(fork, branch)).toBe(second.sha);
        const path = join(directory, "our-org", "app.git");
        const kept = await git(path, "rev-parse", `refs/universe/previous/${branch}/${first.sha}`);
        expect(kept).toBe(first.sha);
        await git(path, "fsck", "--full", "--strict");
      },
    );
    expect(points).toBeGreaterThan(4);
  },
);

test(
  "killed at every point of bundling: the file is the old one or a whole new one",
  { timeout: 120_000 },
  async () => {
    const file = (directory: string): string => join(directory, "out", "app.bundle");
    const points = await atEveryPoint(
      afterAdoption,
      (directory) => ["bundle", directory, upstream.path, file(directory)],
      async (directory) => {
        await mkdir(join(directory, "out"), { recursive: true });
        await open(directory).fork({ repo: "acme/app", upstream: upstream.path });
      },
      async (directory) => {
        if ((await readdir(join(directory, "out"))).includes("app.bundle")) {
          await git(join(upstream.path, ".git"), "bundle", "verify", "-q", file(directory));
        }
        const provider = open(directory);
        const fork = await provider.fork({ repo: "acme/app", upstream: upstream.path });
        await provider.bundle(fork, file(directory));
        expect(await readdir(join(directory, "out"))).toEqual(["app.bundle"]);
      },
    );
    expect(points).toBeGreaterThan(4);
  },
);
