import { expect, it } from "vitest";
import { chooseBranch } from "./choose-branch.ts";

const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(40)) as [string, string, string];

it.each([
  ["all are verified", [b, a], [a, b], { kind: "whole" }],
  ["none is verified", [b, a], [], { kind: "whole" }],
  ["nothing is there", [], [], { kind: "whole" }],
  ["one is left out", [c, b, a], [a, c], { kind: "verified", commits: [a, c], total: 3 }],
  ["ids are cut short", [b, a], [a.slice(0, 10).toUpperCase()], { kind: "verified", commits: [a], total: 2 }],
  ["two claims share a commit", [b, a], [a, a], { kind: "verified", commits: [a], total: 2 }],
  ["a verified commit is not there", [b, a], [a, c], { kind: "whole" }],
  ["an id says too little", [b, a], ["a"], { kind: "whole" }],
])("%s", (_, commits, verified, choice) => {
  expect(chooseBranch(commits, verified)).toEqual(choice);
});
