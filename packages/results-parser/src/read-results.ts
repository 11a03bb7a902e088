import { stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { cleanBlock } from "./clean-text.ts";
import { combine } from "./combine.ts";
import { ResultsError } from "./errors.ts";
import { EXPERIMENTS_FILE, MAX_EXPERIMENTS_BYTES, parseExperiments } from "./experiments.ts";
import { errorCode, openRegularFile, readRange, readText, unreadable } from "./read-file.ts";
import type { ExperimentTable, ResultsIssue, RunResults, Summary, Transcript } from "./results.ts";
import { MAX_SUMMARY_BYTES, parseSummary, SUMMARY_FILE, tooLarge } from "./summary.ts";
import { parseTranscript } from "./transcript.ts";

const HANDOFF_FILE = "HANDOFF.md";
const TRANSCRIPT_FILE = "claude_output.log";
/** What of HANDOFF.md is kept. */
const MAX_HANDOFF_BYTES: number = 256 * 2 ** 10;
/** Of a longer transcript only the first 16 MiB and the end are read: the start event and the last result stand there. */
const MAX_TRANSCRIPT_BYTES: number = 4 * 2 ** 30;
const TRANSCRIPT_HEAD_BYTES = 16 * 2 ** 20;

/**
 * Reads the results of one run from a folder: summary.json, results.tsv, HANDOFF.md and claude_output.log, each of which may be
 * missing, and nothing else. Symbolic links and whatever else is no regular file are refused with an issue. Sizes are capped:
 * summary.json and results.tsv at 8 MiB, HANDOFF.md at 256 KiB, the transcript at 4 GiB (streamed).
 *
 * @throws ResultsError `not_a_folder`, `unreadable` (`retryable` for full tables, I/O errors and the like); the signal's reason
 */
export async function readResults(
  directory: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<RunResults> {
  const { signal } = options;
  signal?.throwIfAborted();
  await expectFolder(directory);
  const issues: ResultsIssue[] = [];
  const summary = await readSummaryFile(directory, issues, signal);
  const experiments = await readExperimentsFile(directory, issues, signal);
  const handoff = await readHandoff(directory, issues, signal);
  const transcript = await readTranscript(directory, issues, signal);
  const combined = combine(summary, experiments);
  return {
    summary,
    experiments,
    handoff,
    transcript,
    ...combined,
    issues: [...issues, ...combined.issues],
  };
}

async function expectFolder(directory: string): Promise<void> {
  const found = await stat(directory).catch((error: unknown) => {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw unreadable(directory, error);
  });
  if (found?.isDirectory() === true) return;
  throw new ResultsError(
    "not_a_folder",
    `There is no results folder at ${directory}; collect the run's results first.`,
    { path: directory },
  );
}

function readSummaryFile(
  directory: string,
  issues: ResultsIssue[],
  signal: AbortSignal | undefined,
): Promise<Summary | null> {
  return withFile(directory, SUMMARY_FILE, issues, signal, async (handle, bytes) => {
    if (bytes > MAX_SUMMARY_BYTES) {
      issues.push(issue(SUMMARY_FILE, tooLarge(bytes)));
      return null;
    }
    const parsed = parseSummary(await readText(handle, MAX_SUMMARY_BYTES + 1, signal));
    issues.push(...parsed.issues);
    return parsed.summary;
  });
}

function readExperimentsFile(
  directory: string,
  issues: ResultsIssue[],
  signal: AbortSignal | undefined,
): Promise<ExperimentTable | null> {
  return withFile(directory, EXPERIMENTS_FILE, issues, signal, async (handle) => {
    // A little more than is parsed, so that the parser sees that there is more.
    const parsed = parseExperiments(await readText(handle, MAX_EXPERIMENTS_BYTES + 16, signal));
    issues.push(...parsed.issues);
    return parsed.experiments;
  });
}

function readHandoff(
  directory: string,
  issues: ResultsIssue[],
  signal: AbortSignal | undefined,
): Promise<string | null> {
  return withFile(directory, HANDOFF_FILE, issues, signal, async (handle, bytes) => {
    if (bytes > MAX_HANDOFF_BYTES) {
      issues.push(
        issue(HANDOFF_FILE, `The file has ${bytes} bytes; the first ${MAX_HANDOFF_BYTES} are kept.`),
      );
    }
    const text = cleanBlock(await readText(handle, MAX_HANDOFF_BYTES, signal), MAX_HANDOFF_BYTES);
    // A byte that is no UTF-8 became three.
    return Buffer.byteLength(text) <= MAX_HANDOFF_BYTES
      ? text
      : Buffer.from(text)
          .toString("utf8", 0, MAX_HANDOFF_BYTES - 6)
          .replace(/\ufffd$/, "");
  });
}

function readTranscript(
  directory: string,
  issues: ResultsIssue[],
  signal: AbortSignal | undefined,
): Promise<Transcript | null> {
  return withFile(directory, TRANSCRIPT_FILE, issues, signal, (handle, bytes) => {
    if (bytes > MAX_TRANSCRIPT_BYTES) {
      issues.push(
        issue(
          TRANSCRIPT_FILE,
          `The file has ${bytes} bytes; its beginning and the last ${MAX_TRANSCRIPT_BYTES - TRANSCRIPT_HEAD_BYTES} are read.`,
        ),
      );
    }
    return parseTranscript(transcriptChunks(handle, bytes, signal), signal === undefined ? {} : { signal });
  });
}

async function* transcriptChunks(
  handle: FileHandle,
  bytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes <= MAX_TRANSCRIPT_BYTES) {
    yield* readRange(handle, 0, bytes, signal);
    return;
  }
  yield* readRange(handle, 0, TRANSCRIPT_HEAD_BYTES, signal);
  // The line that is cut in two here ends here.
  yield Buffer.from("\n");
  yield* readRange(handle, bytes - (MAX_TRANSCRIPT_BYTES - TRANSCRIPT_HEAD_BYTES), bytes, signal);
}

async function withFile<T>(
  directory: string,
  file: string,
  issues: ResultsIssue[],
  signal: AbortSignal | undefined,
  read: (handle: FileHandle, bytes: number) => Promise<T | null>,
): Promise<T | null> {
  signal?.throwIfAborted();
  const path = join(directory, file);
  const opened = await openRegularFile(path);
  if (opened.kind === "missing") return null;
  if (opened.kind === "refused") {
    issues.push(issue(file, `The file is not read: ${opened.reason}.`));
    return null;
  }
  try {
    return await read(opened.handle, opened.bytes);
  } catch (error) {
    signal?.throwIfAborted();
    // A transcript's read error arrives wrapped; the one underneath names the cause.
    throw unreadable(path, error instanceof ResultsError && error.cause !== undefined ? error.cause : error);
  } finally {
    await opened.handle.close().catch(() => undefined);
  }
}

function issue(file: string, message: string): ResultsIssue {
  return { file, line: null, field: null, message };
}
