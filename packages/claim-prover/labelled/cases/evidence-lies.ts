import { REFUSED, type LabelledClaim } from "../labelled-claim.ts";
import { countedGains } from "./counted-gains.ts";

/* A gain of 2x that is real, and a claim that says something else of it. */
const real = gain("python 2.00x");

function gain(name: string): LabelledClaim {
  const found = countedGains.find((claim) => claim.name === name);
  if (found === undefined) throw new Error(`There is no claim ${name}.`);
  return found;
}

const lie = (name: string, more: Partial<LabelledClaim>): LabelledClaim => ({
  ...real,
  name: `evidence: ${name}`,
  kind: "evidence lie",
  truth: 1,
  expect: ["not_reproduced"],
  ...more,
});

export const evidenceLies: readonly LabelledClaim[] = [
  lie("a commit that is not on the branch", { lie: "not on the branch" }),
  lie("a commit from before the branch", { lie: "older than the branch" }),
  lie("a commit that does not exist", { lie: "no such commit" }),
  lie("a commit that changes nothing", { change: {} }),
  lie("a file that the commit does not touch", { file: "test_ledger.py" }),
  lie("the same commit twice", { lie: "claimed twice" }),
  lie("the same commit twice, under another name", { lie: "claimed twice, other name" }),
  lie("undone, done again, and claimed again", {
    lie: "done again",
    earlier: [real.change, real.base],
    expect: REFUSED,
  }),
  lie("another commit did it before", {
    earlier: [real.change],
    change: { "ledger.py": `${real.change["ledger.py"] ?? ""}\n# Tidied.\n` },
  }),
  lie("a later commit takes it back", { later: [real.base], expect: REFUSED }),
];
