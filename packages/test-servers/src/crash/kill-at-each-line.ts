import { runToEnd, runUntilKilled, type ChildRun, type RunOptions } from "./run.ts";

export interface KilledAtLine {
  /** Number of the line, from 0. */
  readonly index: number;
  /** The line that an undisturbed run printed there. */
  readonly line: string;
  readonly run: ChildRun;
}

/**
 * Enumerates crash points: runs the command once undisturbed to learn its lines, then once per line, killed as soon as
 * that many lines have come. The program needs no code for it: each progress line it prints is a point.
 *
 * `fresh` gives every run its options, so that each can have a folder of its own; `matching` leaves lines out.
 * A run in which the line never comes is handed out with `run.killed` false.
 */
export async function* killAtEachLine(
  fresh: (index: number | null) => RunOptions | Promise<RunOptions>,
  matching: (line: string) => boolean = () => true,
): AsyncGenerator<KilledAtLine, void, undefined> {
  const whole = await runToEnd(await fresh(null));
  if (whole.exitCode !== 0) {
    throw new Error(`The undisturbed run failed (exit code ${whole.exitCode}): ${whole.stderr}`);
  }
  for (const [index, line] of whole.lines.filter(matching).entries()) {
    let seen = -1;
    const options = await fresh(index);
    const run = await runUntilKilled({
      ...options,
      when: (text) => matching(text) && ++seen === index,
    });
    yield { index, line, run };
  }
}
