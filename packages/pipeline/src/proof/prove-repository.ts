import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import {
  type Proof,
  type ProveSettings,
  proveClaims,
  REDUCED_SETTINGS,
} from "@universe-optimize/claim-prover";
import { isUpstreamUrl } from "@universe-optimize/project-list";
import { readResults } from "@universe-optimize/results-parser";
import { PipelineError } from "../errors.ts";
import { plainGit } from "../git/plain-git.ts";
import { printable } from "../printable.ts";
import { claimRequest } from "./proof-request.ts";

/** What is measured without a campaign. */
export interface RepositoryProof {
  /** Git URL or path. */
  readonly repo: string;
  readonly branch: string;
  /** Where the branch began; null: its merge base with the default branch. */
  readonly base: string | null;
  /** Folder with summary.json and benchmarks/. */
  readonly resultsFolder: string;
  /** Fewer samples; the proof says so. */
  readonly quick: boolean;
  /** Only this claim's commit; null: all. */
  readonly commit: string | null;
  readonly settings?: Partial<ProveSettings>;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

/**
 * Measures the claims of a results folder on this computer, without a campaign.
 *
 * @throws PipelineError `not_now` when repository or results cannot be read; ProverError
 */
export async function proveRepository(request: RepositoryProof): Promise<Proof> {
  const { repo, branch, signal } = request;
  const resultsFolder = resolve(request.resultsFolder);
  const results = await readResults(resultsFolder, { signal });
  if (results.summary === null)
    throw new PipelineError("not_now", `${resultsFolder} holds no summary.json that can be read.`);
  const folder = await mkdtemp(join(tmpdir(), "universe-prove-"));
  try {
    const clone = join(folder, "repository.git");
    const git = (...words: string[]): Promise<string> => plainGit(words, signal);
    await git(
      "clone",
      "--bare",
      "--quiet",
      "--template=",
      "--",
      isUpstreamUrl(repo) ? repo : resolve(repo),
      clone,
    );
    const commit = (name: string): Promise<string> =>
      git("-C", clone, "rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`);
    const head = await commit(`refs/heads/${branch}`).catch(() => {
      throw new PipelineError("not_now", `${repo} has no branch ${branch}: name it with --branch.`);
    });
    const base =
      request.base === null ? await git("-C", clone, "merge-base", "HEAD", head) : await commit(request.base);
    return await proveClaims(
      {
        project: basename(repo.replace(/\/+$/, ""), ".git"),
        repo: results.summary.repo ?? repo,
        repository: clone,
        branch,
        head,
        base,
        claims: results.optimizations
          .map(claimRequest)
          .filter((claim) => request.commit === null || claim.commit?.startsWith(request.commit) === true),
        resultsFolder,
        benchmarkCommand: results.summary.benchmarkCommand,
        language: results.summary.language,
        releases: [],
        settings: { ...(request.quick ? REDUCED_SETTINGS : {}), ...request.settings },
        workDir: join(folder, "work"),
      },
      { signal, progress: ({ message }) => request.progress(printable(message)) },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
