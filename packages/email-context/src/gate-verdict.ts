import { formatSpeedup } from "@universe-optimize/results-parser";
import type { QuotableNumbers } from "./numbers.ts";
import { plain } from "./plain.ts";
import type { GateRules, GateVerdict } from "./types.ts";

/** The gate unless the configuration says otherwise: at least 3 optimizations, and one above 1.5x. */
export const defaultGateRules: GateRules = Object.freeze({ minVerified: 3, minSpeedup: 1.5 });

/**
 * Whether the results are good enough for an e-mail: how many optimizations, and how great the best speed-up is, which must be
 * above `minSpeedup`, not equal to it. With a proof the verified ones count, and of a speed-up the lower bound of its
 * interval, never what was claimed. The reasons name the numbers and the settings that decide.
 */
export function gateVerdict(numbers: QuotableNumbers, rules: GateRules = defaultGateRules): GateVerdict {
  const isProven = numbers.basis === "proven";
  const count = numbers.optimizations.length;
  const reasons: string[] = [];
  if (numbers.failure !== null) {
    reasons.push(
      `The run failed: ${plain(numbers.failure, 300).replace(/[.\s]+$/, "")}. Read its log and start it again.`,
    );
  }
  if (count === 0) {
    reasons.push(
      isProven ? noneVerified(numbers) : "No optimization was kept, so there is nothing to write about.",
    );
    return { pass: false, reasons };
  }
  if (count < rules.minVerified) {
    reasons.push(
      `${count} ${isProven ? "verified " : ""}${count === 1 ? "optimization" : "optimizations"}${ofClaims(numbers)}, the gate asks for ${rules.minVerified} (outreach.gate.minVerified).`,
    );
  }
  const best = greatest(numbers.optimizations.map(({ ratio, lower }) => (isProven ? lower : ratio)));
  const asked = `the gate asks for more than ${rules.minSpeedup}x (outreach.gate.minSpeedup).`;
  if (best === null) {
    reasons.push(
      isProven ? `No speed-up was verified, ${asked}` : `No speed-up can be read as a number, ${asked}`,
    );
  } else if (best <= rules.minSpeedup) {
    reasons.push(
      isProven
        ? `The best verified speed-up is at least ${formatSpeedup(best)} (lower bound of its interval), ${asked}`
        : `The best speed-up is ${formatSpeedup(best)}, ${asked}`,
    );
  }
  return { pass: reasons.length === 0, reasons };
}

function greatest(values: readonly (number | null)[]): number | null {
  return values.reduce((best, value) => (value !== null && value > (best ?? 0) ? value : best), null);
}

function noneVerified({ claims }: QuotableNumbers): string {
  if (claims.total === 0) return "The proof holds no claim, so there is nothing to write about.";
  return `None of ${claims.total} ${claims.total === 1 ? "claim" : "claims"} was verified (${refusals(claims)}), so there is nothing to write about.`;
}

function ofClaims({ basis, claims }: QuotableNumbers): string {
  return basis === "proven" && claims.notReproduced + claims.unverifiable > 0
    ? ` of ${claims.total} (${refusals(claims)})`
    : "";
}

function refusals({ notReproduced, unverifiable }: QuotableNumbers["claims"]): string {
  return `${notReproduced} not reproduced, ${unverifiable} unverifiable`;
}
