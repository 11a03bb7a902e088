import type { ClaimedOptimization } from "@universe-optimize/results-parser";
import { parseSpeedup } from "@universe-optimize/results-parser";
import { describe, expect, it } from "vitest";
import { checkClaims } from "./check-claims.ts";

const ONE = "1".repeat(40);
const TWO = "2".repeat(40);

function claim(
  change: Partial<ClaimedOptimization> & { readonly gain?: string | null } = {},
): ClaimedOptimization {
  const { gain = "2x faster", ...rest } = change;
  return {
    commit: ONE,
    function: "total",
    file: "a.py",
    description: "",
    technique: "",
    cpuSpeedup: gain === null ? null : parseSpeedup(gain),
    memoryReduction: null,
    benchmark: null,
    ...rest,
  };
}

const codes = (...claims: ClaimedOptimization[]): string[] =>
  checkClaims(claims, [ONE, TWO]).refused.map(({ code }) => code);

describe("checkClaims", () => {
  it("takes a claim whose commit is on the branch, also by a short id, and names it in full", () => {
    expect(checkClaims([claim({ commit: "1111111" })], [ONE, TWO])).toMatchObject({
      accepted: [{ commit: ONE }],
      refused: [],
    });
  });

  it.each<[string, ClaimedOptimization, string]>([
    ["without a commit", claim({ commit: null }), "no_commit"],
    ["with a commit from elsewhere", claim({ commit: "3".repeat(40) }), "not_on_branch"],
    ["of a slowdown", claim({ gain: "0.5x" }), "no_gain"],
    ["of nothing", claim({ gain: "1x" }), "no_gain"],
    ["of a wonder", claim({ gain: "1000000x faster" }), "implausible"],
    ["for an address", claim({ function: "Bcc: all@example.com" }), "no_function"],
    ["for a template", claim({ function: "{{ first_name }}" }), "no_function"],
    ["for a link", claim({ function: "see https://example.com" }), "no_function"],
    ["for nobody", claim({ function: "" }), "no_function"],
  ])("refuses a claim %s", (_, made, code) => {
    expect(codes(made)).toEqual([code]);
  });

  it("takes one claim for a commit and function, and two functions of a commit", () => {
    expect(codes(claim(), claim())).toEqual(["claimed_twice"]);
    expect(codes(claim(), claim({ function: "other" }))).toEqual([]);
  });

  it("refuses an ambiguous id", () => {
    const twin = `${"1".repeat(39)}2`;
    expect(checkClaims([claim({ commit: "1111111" })], [ONE, twin]).refused).toHaveLength(1);
  });

  it.each([
    "std::vector<int>::push_back(const T&)",
    "Map.prototype[Symbol.iterator]",
    "operator+=",
    "日本語",
    "List<String>",
  ])("takes the name %s", (name) => {
    expect(codes(claim({ function: name }))).toEqual([]);
  });

  it("takes a claim that gives no number: it is shown without one", () => {
    expect(codes(claim({ gain: null }))).toEqual([]);
  });
});
