import { expect, test } from "vitest";
import { claim, resultsOf, twelve } from "../test/claims.ts";
import { proofOf, verified } from "../test/proofs.ts";
import { quotableNumbers } from "./numbers.ts";
import type { ClaimProofFacts } from "./proof-facts.ts";
import { provenSentence } from "./proven-sentence.ts";

const commits = (names: readonly string[]): ReturnType<typeof claim>[] =>
  names.map((name, index) => claim(name, { commit: `${index}`.padStart(7, "c") }));

function sentence(
  names: readonly string[],
  proven: readonly (readonly [ratio: number | null, mib?: number])[],
  prReadyCommits: number | null = null,
): string {
  const claims = commits(names);
  const facts = proven.map(([ratio, mib], index): ClaimProofFacts =>
    verified(index, ratio, { commit: claims[index]?.commit ?? null, quotedMiB: mib ?? null }),
  );
  return provenSentence(quotableNumbers(resultsOf(claims), proofOf(facts)), { prReadyCommits });
}

test("0, 1, 2, 3 and 12 optimizations", () => {
  const names = ["send", "parse()", "match", ...Array.from({ length: 9 }, (_, n) => `other_${n}`)];
  const ratios: [number, number?][] = [
    [1.07],
    [5.04],
    [3.29],
    ...Array.from({ length: 9 }, (): [number] => [1.4]),
  ];
  expect(
    [0, 1, 2, 3, 12].map((count) => sentence(names.slice(0, count), ratios.slice(0, count), 12)),
  ).toEqual([
    "No optimization was verified.",
    "That one merge-ready commit makes send 7% faster.",
    "The two merge-ready commits make parse 5x faster and send 7% faster.",
    "The three merge-ready commits make parse 5x faster, match 3.2x faster, and send 7% faster.",
    "The 12 merge-ready commits include a 5x faster parse, a 3.2x faster match, and a 1.4x faster other_0.",
  ]);
});

test("memory is told in the third place, once for each function", () => {
  expect(sentence(["load"], [[null, 50]])).toBe("That one commit saves 50 MiB of memory in load.");
  expect(
    sentence(
      ["load", "parse"],
      [
        [null, 12.5],
        [2, 80],
      ],
    ),
  ).toBe("The two commits make parse 2x faster and save 12 MiB of memory in load.");
  expect(sentence(["a", "b", "c", "d"], [[2], [8.5], [11], [null, 2000]])).toBe(
    "The four commits include an 11x faster c, an 8.5x faster b, and 1.9 GiB less memory in d.",
  );
});

test("'commits' only where each optimization is one of its own, 'merge-ready' only for all of them", () => {
  const claims = [claim("a"), claim("b")];
  const numbers = quotableNumbers(resultsOf(claims), proofOf([verified(0, 2), verified(1, 3)]));
  expect(provenSentence(numbers, { prReadyCommits: 9 })).toBe(
    "The two optimizations make b 3x faster and a 2x faster.",
  );
  expect(sentence(["a", "b"], [[2], [3]], 1)).toBe("The two commits make b 3x faster and a 2x faster.");
});

test("names that are none are not named", () => {
  expect(sentence(["now 900% faster", "b"], [[2], [3]])).toBe(
    "The two commits make b 3x faster and file 2x faster.",
  );
  const nameless = [claim("9x", { file: "" })];
  expect(provenSentence(quotableNumbers(resultsOf(nameless), proofOf([verified(0, 2)])))).toBe(
    "The gain of that commit was measured again.",
  );
});

test("the sentence stays short, whatever the names", () => {
  const long = twelve.map((one, index) => ({ ...one, function: `${"veryLongName".repeat(20)}${index}` }));
  const proof = proofOf(long.map((_, index) => verified(index, 2)));
  const told = provenSentence(quotableNumbers(resultsOf(long), proof));
  expect(told.length).toBeLessThanOrEqual(300);
  expect(told).toMatch(/^The 12 optimizations include .*\.$/);
});
