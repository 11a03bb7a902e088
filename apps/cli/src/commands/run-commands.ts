import type { Options } from "yargs";
import type { Command } from "../command.ts";
import { DRY_RUN, ONE_PROJECT, SOME_PROJECTS } from "./positionals.ts";

const AGAIN: Readonly<Record<string, Options>> = {
  again: { type: "boolean", default: false, describe: "Begin a new run of a project whose run is finished" },
};

export const RUN_COMMANDS: readonly Command[] = [
  {
    usage: "start [ids..]",
    describe: "Take projects all the way: fork, machine, agent, results, e-mail drafts",
    positionals: SOME_PROJECTS,
    options: { ...AGAIN, ...DRY_RUN },
    examples: [
      ["uo start", "all projects; goes on where an earlier start was interrupted"],
      ["uo start project-002 --again", "a new run of one project"],
    ],
    load: async () => (await import("../handlers/drive.ts")).start,
  },
  {
    usage: "provision <id>",
    describe: "Fork the repository, create and bootstrap its machine",
    positionals: ONE_PROJECT,
    options: { ...AGAIN, ...DRY_RUN },
    examples: [["uo provision project-001", ""]],
    load: async () => (await import("../handlers/drive.ts")).provision,
  },
  {
    usage: "run <id>",
    describe: "Launch the agent on the project's machine",
    positionals: ONE_PROJECT,
    options: { ...AGAIN, ...DRY_RUN },
    examples: [["uo run project-001", "then: uo watch project-001"]],
    load: async () => (await import("../handlers/drive.ts")).run,
  },
  {
    usage: "watch [ids..]",
    describe: "Follow running agents, fetch results as they appear, stop at the limits",
    positionals: SOME_PROJECTS,
    options: { once: { type: "boolean", default: false, describe: "Look once and return" } },
    examples: [["uo watch", "until every agent has ended"]],
    load: async () => (await import("../handlers/drive.ts")).watch,
  },
  {
    usage: "collect <id>",
    describe: "Fetch the results, push the branch to the fork, destroy the machine",
    positionals: ONE_PROJECT,
    examples: [["uo collect project-001", "once its agent has ended"]],
    load: async () => (await import("../handlers/drive.ts")).collect,
  },
];
