import { cleanLine } from "./clean-text.ts";
import { ratioOf } from "./pairs.ts";
import { MAX_RAW_CHARS, saysNothing } from "./quantity.ts";
import type { Measurement, Speedup } from "./results.ts";
import { parseSpeedup } from "./speedup.ts";

export interface ImprovementCells {
  readonly cell: string;
  /** The name of the column that `cell` stands in; "" for none. */
  readonly column: string;
  readonly before: Measurement | null;
  readonly after: Measurement | null;
}

/**
 * A row's speed-up: what its own column says, where `+` means faster; where that says no number, before / after. Without
 * a number in either it keeps the column's words and the reason; null where nothing is written. A bare number is a ratio
 * only in a column called `speedup`: elsewhere it may as well be a percentage or the metric itself.
 */
export function readImprovement(cells: ImprovementCells, report: (message: string) => void): Speedup | null {
  const written = saysNothing(cells.cell)
    ? null
    : parseSpeedup(cells.cell, { bareNumbers: cells.column.toLowerCase() === "speedup" });
  const measured = ratioOfMeasurements(cells.before, cells.after);
  if (written?.value == null) return measured ?? written;
  if (measured?.value != null && (written.value - 1) * (measured.value - 1) < 0) {
    report(
      `The column says "${written.raw}" where before and after (${measured.raw}) say the opposite; the column counts.`,
    );
  }
  return written;
}

function ratioOfMeasurements(before: Measurement | null, after: Measurement | null): Speedup | null {
  if (before?.value == null || after?.value == null) return null;
  // Bare numbers do not say whether less is better.
  const unit = before.unit;
  if (unit === undefined || before.unit !== after.unit) return null;
  const ratio = ratioOf({ before: before.value, after: after.value, unit });
  if (ratio === null) return null;
  const checked = parseSpeedup(ratio);
  return checked === null
    ? null
    : { ...checked, raw: cleanLine(`${before.raw} -> ${after.raw}`, MAX_RAW_CHARS) };
}
