import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { ClaimRequest, ProveRequest, ProveSettings } from "@universe-optimize/claim-prover";

import type { Files, LabelledClaim } from "./labelled-claim.ts";

/** A request, and which of its claims is the labelled one. */
export interface BuiltClaim {
  readonly request: ProveRequest;
  readonly place: number;
  readonly repository: string;
  readonly parent: string;
  readonly commit: string;
}

const BRANCH = "codeflash/optimize";

/** Makes the repository and the results folder of a labelled claim below `folder`. */
export function buildClaim(
  claim: LabelledClaim,
  folder: string,
  settings: Partial<ProveSettings>,
): BuiltClaim {
  const repository = join(folder, "repo");
  mkdirSync(repository, { recursive: true });
  const git = (...args: readonly string[]): string =>
    execFileSync(
      "git",
      ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgSign=false", ...args],
      {
        cwd: repository,
        encoding: "utf8",
        env: { PATH: process.env["PATH"] ?? "", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
      },
    ).trim();
  const commit = (files: Files, message: string): string => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repository, path)), { recursive: true });
      if (text === null) rmSync(join(repository, path));
      else writeFileSync(join(repository, path), text);
    }
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", message);
    return git("rev-parse", "HEAD");
  };
  git("init", "-q", "-b", "main");
  commit({ "README.md": "Demo\n" }, "Begin");
  const base = commit(claim.base, "Add it");
  git("checkout", "-q", "-b", BRANCH);
  const earlier = (claim.earlier ?? []).map((files) => commit(files, "Change it"));
  const parent = git("rev-parse", "HEAD");
  const changed = commit(claim.change, "Make it faster");
  for (const files of claim.later ?? []) commit(files, "Change it again");
  if (claim.lie === "not on the branch") git("reset", "-q", "--hard", parent);
  if (claim.lie === "not on the branch") git("branch", "elsewhere", changed);
  const head = git("rev-parse", "HEAD");

  const script = `benchmarks/run.${claim.language === "python" ? "py" : "mjs"}`;
  mkdirSync(join(folder, "results/benchmarks"), { recursive: true });
  writeFileSync(join(folder, "results", script), claim.benchmark);
  const named =
    claim.lie === "older than the branch" ? base : claim.lie === "no such commit" ? "f".repeat(40) : changed;
  const asked: ClaimRequest = {
    index: 0,
    commit: named,
    function: claim.function,
    file: claim.file,
    description: claim.name,
    claimedRatio: claim.claimed,
    claimedMiB: claim.claimedMiB ?? null,
    benchmark: {
      file: script,
      command: claim.command ?? `${claim.language === "python" ? "python3" : "node"} {file}`,
    },
  };
  const twice = claim.lie?.startsWith("claimed twice") === true || claim.lie === "done again";
  const second: ClaimRequest = {
    ...asked,
    index: 1,
    commit: named.slice(0, 10),
    function: claim.lie === "claimed twice, other name" ? "weigh" : claim.function,
  };
  return {
    repository,
    parent,
    commit: changed,
    place: twice ? 1 : 0,
    request: {
      project: "labelled",
      repo: "example/labelled",
      repository,
      branch: BRANCH,
      head,
      base,
      claims: twice
        ? [{ ...asked, commit: claim.lie === "done again" ? (earlier[0] ?? null) : named }, second]
        : [asked],
      resultsFolder: join(folder, "results"),
      benchmarkCommand: null,
      language: claim.language,
      releases: [],
      settings,
      workDir: join(folder, "work"),
    },
  };
}
