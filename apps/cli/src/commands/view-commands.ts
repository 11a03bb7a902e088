import type { Command } from "../command.ts";
import { ONE_PROJECT } from "./positionals.ts";

export const VIEW_COMMANDS: readonly Command[] = [
  {
    usage: "status [id]",
    describe: "All projects at a glance, or one in detail",
    positionals: { id: { type: "string", describe: "Project id" } },
    examples: [
      ["uo status", "the table"],
      ["uo status project-001 --json", "one project for a script"],
    ],
    load: async () => (await import("../handlers/status.ts")).status,
  },
  {
    usage: "status-all",
    describe: "All projects at a glance, with machines, money and what needs you",
    examples: [["uo status-all", ""]],
    load: async () => (await import("../handlers/status.ts")).statusAll,
  },
  {
    usage: "results <id>",
    describe: "What the agent found in one project",
    positionals: ONE_PROJECT,
    options: {
      all: { type: "boolean", default: false, describe: "Every optimization, not just the top four" },
    },
    examples: [["uo results project-001", ""]],
    load: async () => (await import("../handlers/results.ts")).results,
  },
];
