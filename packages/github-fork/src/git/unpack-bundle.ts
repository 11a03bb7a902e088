import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { resolve } from "node:path";

import { ForkError } from "../errors.ts";
import { runGit } from "./run-git.ts";
import type { GitCall } from "./start-git.ts";
import { readBundleHeader } from "./bundle-header.ts";

export interface BundleRequest {
  readonly repo: string;
  readonly bundleFile: string;
  readonly branch: string;
  readonly sha: string;
  readonly baseSha: string;
  readonly maxBytes: number;
}

// Flaws that honest old histories have and that harm nobody; every other finding of fsck refuses the bundle.
const harmless = [
  "zeroPaddedFilemode",
  "badTimezone",
  "missingSpaceBeforeDate",
  "missingSpaceBeforeEmail",
  "missingEmail",
  "badEmail",
].map((finding) => `${finding}=ignore`);

/**
 * Checks a bundle that nobody vouches for and unpacks its objects into `gitDir`, a throw-away clone of the fork.
 * Afterwards `sha` is there, whole, and descends from the base. Throws `bad_bundle` otherwise.
 */
export async function unpackBundle(request: BundleRequest, gitDir: string, from: GitCall): Promise<void> {
  const call = { ...from, gitDir };
  await using file = await openRegular(request);
  const header = await readBundleHeader(file);
  if (typeof header === "string") throw badBundle(request, header);
  checkRefs(header.refs, request);

  const verified = await runGit(["bundle", "verify", "--quiet", resolve(request.bundleFile)], call);
  if (verified.exitCode !== 0) throw badBundle(request, `git says: ${verified.stderr}`);

  // Not `git fetch`: up to git 2.45 it does not check objects that come out of a bundle (transfer.fsckObjects has
  // no effect there), and it follows a 'gitdir:' line in what should be a bundle to any other repository.
  const limits = [`--strict=${harmless.join(",")}`, `--max-input-size=${request.maxBytes}`];
  const input = file.createReadStream({ start: header.packOffset, autoClose: false });
  const unpacked = await runGit(["index-pack", "--stdin", "--fix-thin", ...limits], call, input);
  if (unpacked.exitCode !== 0) throw badBundle(request, `git says: ${unpacked.stderr}`);

  const commit = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${request.sha}^{commit}`];
  if ((await runGit(commit, call)).stdout !== request.sha) {
    throw badBundle(request, `it does not hold the commit ${request.sha}`);
  }
  const descends = ["merge-base", "--is-ancestor", request.baseSha, request.sha];
  if ((await runGit(descends, call)).exitCode !== 0) {
    throw badBundle(request, `${request.sha} does not descend from the base ${request.baseSha}`);
  }
}

/** Opens without following a link and without waiting for a pipe's writer. */
async function openRegular(request: BundleRequest): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(request.bundleFile, flags).catch((error: NodeJS.ErrnoException) => {
    throw badBundle(request, `it cannot be opened (${error.code})`, error);
  });
  const found = await file.stat();
  const wrong = !found.isFile()
    ? "it is no regular file"
    : found.size > request.maxBytes
      ? `it has ${found.size} bytes; at most ${request.maxBytes} are taken`
      : null;
  if (wrong === null) return file;
  await file.close();
  throw badBundle(request, wrong);
}

function checkRefs(refs: ReadonlyMap<string, string>, request: BundleRequest): void {
  const { branch, sha } = request;
  const wanted = `refs/heads/${branch}`;
  const found = refs.get(wanted);
  if (found === undefined) throw badBundle(request, `it has no branch '${branch}'`);
  if (found !== sha) throw badBundle(request, `'${branch}' is at ${found} in it, not at ${sha}`);
  for (const [name, value] of refs) {
    // `git bundle create FILE HEAD BRANCH` names the commit twice.
    if (name !== wanted && !(name === "HEAD" && value === sha)) {
      throw badBundle(request, `it brings other branches or tags than '${branch}'`);
    }
  }
}

function badBundle(request: BundleRequest, why: string, cause?: unknown): ForkError {
  const text = `The bundle ${request.bundleFile} is not pushed to the fork of ${request.repo}: ${why}. Nothing was changed. Harvest the branch again: git bundle create FILE ${request.branch} --not ${request.baseSha}`;
  return new ForkError("bad_bundle", text, { repo: request.repo, cause });
}
