import { formatSpeedup } from "@universe-optimize/results-parser";
import type { QuotableNumbers } from "./numbers.ts";
import { plain } from "./plain.ts";
import type { GateRules, GateVerdict } from "./types.ts";

/** The gate unless the configuration says otherwise: at least 3 optimizations, and one above 1.5x. */
export const defaultGateRules: GateRules = Object.freeze({ minVerified: 3, minSpeedup: 1.5 });

/**
 * Whether the results are good enough for an e-mail. The best speed-up must be above `minSpeedup`, not equal to it.
 * The reasons name the numbers and the settings that decide.
 */
export function gateVerdict(numbers: QuotableNumbers, rules: GateRules = defaultGateRules): GateVerdict {
  const count = numbers.optimizations.length;
  const reasons: string[] = [];
  if (numbers.failure !== null) {
    reasons.push(
      `The run failed: ${plain(numbers.failure, 300).replace(/[.\s]+$/, "")}. Read its log and start it again.`,
    );
  }
  if (count === 0) {
    reasons.push("No optimization was kept, so there is nothing to write about.");
    return { pass: false, reasons };
  }
  if (count < rules.minVerified) {
    reasons.push(
      `${count} ${count === 1 ? "optimization" : "optimizations"}, the gate asks for ${rules.minVerified} (outreach.gate.minVerified).`,
    );
  }
  const best = numbers.optimizations[0]?.ratio ?? null;
  if (best === null) {
    reasons.push(
      `No speed-up can be read as a number, the gate asks for more than ${rules.minSpeedup}x (outreach.gate.minSpeedup).`,
    );
  } else if (best <= rules.minSpeedup) {
    reasons.push(
      `The best speed-up is ${formatSpeedup(best)}, the gate asks for more than ${rules.minSpeedup}x (outreach.gate.minSpeedup).`,
    );
  }
  return { pass: reasons.length === 0, reasons };
}
