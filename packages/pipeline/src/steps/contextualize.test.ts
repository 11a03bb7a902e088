import { expect, test } from "vitest";
import { requireVerifiedBranch } from "./contextualize.ts";

test("a branch that shows more than what was verified holds the draft back, and says how to let it go", () => {
  const gate = { pass: true, reasons: [] };
  expect(requireVerifiedBranch(gate, null)).toBe(gate);
  const held = requireVerifiedBranch(
    gate,
    "codeflash/optimize shows 3 commits, 2 of them verified: 0a1b cannot stand alone",
  );
  expect(held.pass).toBe(false);
  expect(held.reasons).toEqual([
    "codeflash/optimize shows 3 commits, 2 of them verified: 0a1b cannot stand alone. To let mails point to the whole branch all the same, set run.verifiedBranch to null.",
  ]);
  expect(requireVerifiedBranch({ pass: false, reasons: ["Nothing is proven."] }, "x").reasons).toHaveLength(
    2,
  );
});
