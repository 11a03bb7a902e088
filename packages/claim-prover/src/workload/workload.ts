import { randomBytes } from "node:crypto";
import { cp, lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";

import type { ClaimRequest, ProveRequest } from "../request.ts";
import { neutralName } from "../run/sandbox.ts";

/** What is run to measure a claim, for both sides alike. */
export interface Workload extends AsyncDisposable {
  /** With `{file}` where the script's path goes; null for a command of the project itself. */
  readonly command: string;
  readonly bench: { readonly folder: string; readonly file: string } | null;
}

const MAX_BYTES = 32 * 2 ** 20;
const MAX_FILES = 1000;

/**
 * Finds the claim's benchmark and copies its folder, so that every sample gets a copy of its own under a name that says nothing. Without
 * one it is the project's own command. A text: why there is none.
 */
export async function findWorkload(
  claim: ClaimRequest,
  request: Pick<ProveRequest, "resultsFolder" | "benchmarkCommand" | "workDir">,
): Promise<Workload | string> {
  if (claim.benchmark === null) {
    return request.benchmarkCommand === null || request.benchmarkCommand.trim() === ""
      ? "The claim names no benchmark, and the project none either."
      : { command: request.benchmarkCommand, bench: null, [Symbol.asyncDispose]: async () => undefined };
  }
  const { file, command } = claim.benchmark;
  if (!command.includes("{file}")) return "The benchmark's command does not name its script as {file}.";
  if (request.resultsFolder === null) return "The benchmarks were not harvested.";
  const source = join(request.resultsFolder, file);
  if (relative(request.resultsFolder, source).startsWith(".."))
    return `The benchmark ${file} lies outside the results.`;
  const facts = await lstat(source).catch(() => null);
  if (facts === null) return `The benchmark ${file} is missing.`;
  if (!facts.isFile()) return `The benchmark ${file} is no plain file.`;
  const tooMuch = await measureFolder(dirname(source));
  if (tooMuch !== null) return tooMuch;
  const folder = join(request.workDir, "b", randomBytes(4).toString("hex"));
  await mkdir(dirname(folder), { recursive: true });
  // Links are left behind: what they name on this computer is none of the benchmark's business.
  await cp(dirname(source), folder, {
    recursive: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink(),
  });
  const name = neutralName(file);
  await rename(join(folder, basename(file)), join(folder, name));
  return {
    command,
    bench: { folder, file: name },
    [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true, force: true }),
  };
}

async function measureFolder(folder: string): Promise<string | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  if (entries.length > MAX_FILES) return `More than ${MAX_FILES} files lie beside the benchmark.`;
  let bytes = 0;
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
  }
  return bytes > MAX_BYTES ? `More than ${MAX_BYTES / 2 ** 20} MiB lie beside the benchmark.` : null;
}
