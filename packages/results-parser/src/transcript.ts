import { ResultsError } from "./errors.ts";
import type { Transcript } from "./results.ts";
import { TranscriptEvents } from "./transcript-events.ts";
import { TranscriptLines } from "./transcript-lines.ts";

/**
 * Reads an agent's log as it streams by; memory does not grow with its length. Understands the JSON lines of Claude Code, Codex
 * and Gemini CLI; anything else is `text`. Bytes that are no UTF-8 become U+FFFD.
 *
 * - Of several result lines the last counts; `costUsd` is its cumulative figure, never a sum.
 * - `limit` is what stood at the end: a later success lifts it. `now` (default: the present) is when the log was written to its
 *   end; "resets 3pm" is the first 3pm after it.
 * - Only lines that can hold a start, a result or one of the agent's own notices are parsed; the rest is counted.
 * - `unreadableLines`: longer than 16 MiB and, in stream-json, whatever is no JSON object (what was printed on standard error, a
 *   line that was cut off).
 *
 * The chunks are not kept: their buffers may be used again.
 *
 * @throws ResultsError `unreadable` when the source throws anything but an AbortSignal's reason
 */
export async function parseTranscript(
  chunks: AsyncIterable<Uint8Array>,
  options: { readonly signal?: AbortSignal; readonly now?: Date } = {},
): Promise<Transcript> {
  const { signal } = options;
  const events = new TranscriptEvents(options.now ?? new Date());
  let broken = 0;
  const lines = new TranscriptLines((line) => {
    if (!events.add(line.toString("utf8"))) broken += 1;
  });
  try {
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      lines.push(chunk);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ResultsError) throw error;
    throw new ResultsError("unreadable", "The transcript broke off while it was read; read it again.", {
      retryable: true,
      cause: error,
    });
  }
  lines.end();
  const { counts } = lines;
  const isStream = events.seen > 0;
  const isEmpty = counts.lines === counts.blank;
  return {
    format: isStream ? "stream-json" : isEmpty ? "empty" : "text",
    ...events.facts,
    lines: counts.lines,
    unreadableLines: counts.tooLong + (isStream ? counts.notJson + broken : 0),
  };
}
