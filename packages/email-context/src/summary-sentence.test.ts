import { expect, test } from "vitest";
import { claim, memory, speedup, twelve } from "../test/claims.ts";
import { summarySentence } from "./summary-sentence.ts";

const fast = [
  claim("parse()", { cpuSpeedup: speedup(5) }),
  claim("match", { cpuSpeedup: speedup(3.26) }),
  claim("send", { cpuSpeedup: speedup(1.07) }),
];

test("0, 1, 2, 3 and 12 optimizations", () => {
  expect([0, 1, 2, 3].map((count) => summarySentence(fast.slice(0, count), { prReadyCommits: 3 }))).toEqual([
    "No optimization was kept.",
    "1 merge-ready commit: 5x faster parse.",
    "2 merge-ready commits: 5x faster parse and 3.2x faster match.",
    "3 merge-ready commits: 5x faster parse, 3.2x faster match, and 7% faster send.",
  ]);
  expect(summarySentence(twelve, { prReadyCommits: 12 })).toBe(
    "12 merge-ready commits including 5x faster parseClassFile, 3.2x faster resolveMethod, and 12 MiB less memory in loadTable.",
  );
});

test("without numbers it names what was improved, and claims no number", () => {
  const bare = ["parse", "match", "send", "load"].map((name) => claim(name));
  expect([1, 2, 3, 4].map((count) => summarySentence(bare.slice(0, count)))).toEqual([
    "1 commit that improves parse.",
    "2 commits that improve parse and match.",
    "3 commits that improve parse, match, and send.",
    "4 commits that improve parse, match, send, and more.",
  ]);
  expect(summarySentence([claim("", { file: "" }), claim("!!", { file: "" })])).toBe("2 commits.");
  expect(summarySentence([claim("", { file: "src/router.py", cpuSpeedup: speedup(2) })])).toBe(
    "1 commit: 2x faster router.py.",
  );
});

test("'merge-ready' and 'commits' only where the results say so", () => {
  expect(summarySentence(fast, { prReadyCommits: 2 })).toMatch(/^3 commits:/);
  expect(summarySentence(fast)).toMatch(/^3 commits:/);
  expect(summarySentence([...fast, claim("x", { commit: null })], { prReadyCommits: 9 })).toMatch(
    /^4 optimizations including/,
  );
});

test("memory gains are told, growth is not", () => {
  const sentence = (saving: ReturnType<typeof memory>): string =>
    summarySentence([claim("load", { memoryReduction: saving })]);
  expect(sentence(memory(50))).toBe("1 commit: 50 MiB less memory in load.");
  expect(sentence(memory(null, "-40%"))).toBe("1 commit: 40% memory reduction in load.");
  for (const none of [
    memory(-5),
    memory(0),
    memory(null, "+40%"),
    memory(null, "40% more"),
    memory(null, "lower"),
    memory(null, "from 10% to 20%"),
  ]) {
    expect(sentence(none)).toBe("1 commit that improves load.");
  }
});

test("a speed-up that cannot be told as a gain is not told", () => {
  for (const value of [0.9, 1, 1.004, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(summarySentence([claim("load", { cpuSpeedup: speedup(value) })])).toBe(
      "1 commit that improves load.",
    );
  }
});

test("long names are cut, and so is the sentence", () => {
  const long = [1, 2, 3, 4].map((n) =>
    claim(`${"veryLongName".repeat(20)}${n}`, { cpuSpeedup: speedup(n + 1) }),
  );
  const sentence = summarySentence(long);
  expect(sentence).toMatch(
    /^4 commits including 5x faster veryLong\S*…, 4x faster \S*…?.*\.$|^4 commits including 5x faster \S+…\.$/,
  );
  expect(sentence.length).toBeLessThanOrEqual(300);
});
