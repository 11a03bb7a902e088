import type { Command } from "../command.ts";
import { DRY_RUN, ONE_PROJECT, SOME_PROJECTS } from "./positionals.ts";

export const AGENT_COMMANDS: readonly Command[] = [
  {
    usage: "stop [ids..]",
    describe: "Ask agents to end now; their results are fetched first",
    positionals: SOME_PROJECTS,
    options: { all: { type: "boolean", default: false, describe: "Every running project" } },
    examples: [["uo stop project-001", "then: uo collect project-001"]],
    load: async () => (await import("../handlers/stop.ts")).stop,
  },
  {
    usage: "logs <id>",
    describe: "Show what the agent says",
    positionals: ONE_PROJECT,
    options: {
      follow: { type: "boolean", alias: "f", default: false, describe: "Go on while the agent runs" },
      lines: { type: "number", alias: "n", default: 40, describe: "Lines from the end; 0: all" },
      raw: { type: "boolean", default: false, describe: "The log as it is, escape sequences removed" },
    },
    examples: [["uo logs project-001 -f", ""]],
    load: async () => (await import("../handlers/logs.ts")).logs,
  },
  {
    usage: "ssh <id> [command..]",
    describe: "Open your own ssh on the project's machine",
    positionals: {
      ...ONE_PROJECT,
      command: { type: "string", array: true, describe: "Command to run there", default: [] },
    },
    examples: [
      ["uo ssh project-001", "a shell"],
      ["uo ssh project-001 -- git -C project log --oneline", "one command"],
    ],
    load: async () => (await import("../handlers/ssh.ts")).ssh,
  },
  {
    usage: "release <id>",
    describe: "Let a run go on whose results hold a secret, after you have looked",
    positionals: ONE_PROJECT,
    options: {
      reason: {
        type: "string",
        demandOption: true,
        describe: "Why it may leave this computer; kept with the run",
      },
    },
    examples: [["uo release project-001 --reason 'a made-up key in a test'", "then: uo start project-001"]],
    load: async () => (await import("../handlers/release.ts")).release,
  },
  {
    usage: "override <id>",
    describe: "Let a project go on whose upstream refuses contributions like ours; the reason is kept",
    positionals: ONE_PROJECT,
    options: {
      policy: { type: "boolean", default: false, describe: "The refusal that its files hold now" },
      reason: { type: "string", demandOption: true, describe: "Whose word you have that it is welcome" },
    },
    examples: [
      [
        "uo override project-001 --policy --reason 'agreed with the maintainer on 2 May'",
        "then: uo start project-001",
      ],
    ],
    load: async () => (await import("../handlers/override.ts")).override,
  },
  {
    usage: "destroy [ids..]",
    describe: "Remove machines by hand",
    positionals: SOME_PROJECTS,
    options: {
      all: { type: "boolean", default: false, describe: "The machines of every project" },
      discard: { type: "boolean", default: false, describe: "Even where results would be lost" },
      network: { type: "boolean", default: false, describe: "With --all: what the machines share, too" },
      ...DRY_RUN,
    },
    examples: [["uo destroy project-001 --discard", "its results are given up"]],
    load: async () => (await import("../handlers/destroy.ts")).destroy,
  },
  {
    usage: "reap",
    describe: "Remove machines, addresses and disks that no run needs",
    options: {
      grace: { type: "number", describe: "Minutes that a young machine is left alone; default 10" },
      "lost-database": {
        type: "boolean",
        default: false,
        describe: "The database is gone: remove what no record names, though it knows no run at all",
      },
      ...DRY_RUN,
    },
    examples: [
      ["uo reap --dry-run", "what would go, and why"],
      ["uo reap --lost-database", "after universe_optimize.db was lost"],
    ],
    load: async () => (await import("../handlers/reap.ts")).reap,
  },
];
