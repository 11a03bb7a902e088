import type { Command } from "../command.ts";

export const PROOF_COMMANDS: readonly Command[] = [
  {
    usage: "prove [id]",
    describe: "Measure a project's claims again, on a machine that the agent never touched",
    positionals: { id: { type: "string", describe: "Project id; none: a repository without a campaign" } },
    options: {
      claim: { type: "string", describe: "Only the claim of this commit" },
      release: { type: "string", describe: "Let this guard of the claim stand aside" },
      reason: { type: "string", describe: "Why the guard may; kept, and shown with the claim" },
      repo: { type: "string", describe: "Without a campaign: git URL or path of the repository" },
      branch: { type: "string", default: "codeflash/optimize", describe: "With --repo: the branch" },
      base: { type: "string", describe: "With --repo: where the branch began; default: its merge base" },
      results: { type: "string", describe: "With --repo: folder with summary.json and benchmarks/" },
      out: { type: "string", describe: "With --repo: the proof.json to write; its report lies beside it" },
      quick: { type: "boolean", default: false, describe: "With --repo: fewer samples; the proof says so" },
      force: { type: "boolean", default: false, describe: "With --repo: replace what --out names" },
    },
    examples: [
      ["uo prove project-001", "all claims once more, then the drafts"],
      ["uo prove project-001 --claim 3f2a1bc --release touches_tests --reason 'a comment only'", ""],
      ["uo prove --repo ./app --results ./results --out proof.json", "no campaign needed"],
    ],
    load: async () => (await import("../handlers/prove.ts")).prove,
  },
  {
    usage: "evaluate",
    describe: "What the campaign came to: quality, reliability, cost, time, edits, as text and pages",
    options: { out: { type: "string", describe: "Folder for the pages; default results/evaluation" } },
    examples: [["uo evaluate", "decide whether to scale"]],
    load: async () => (await import("../handlers/evaluate.ts")).evaluate,
  },
];
