import type { Command } from "../command.ts";

export const CAMPAIGN_COMMANDS: readonly Command[] = [
  {
    usage: "demo [directory]",
    describe: "Run two demonstration projects through the whole pipeline on this computer",
    positionals: {
      directory: {
        type: "string",
        default: "demo-campaign",
        describe: "Folder of the demonstration campaign",
      },
    },
    examples: [["uo demo", "needs no account and no network"]],
    load: async () => (await import("../handlers/demo.ts")).demo,
  },
  {
    usage: "init [directory]",
    describe: "Make a campaign folder with a configuration, an empty project list and the e-mail templates",
    positionals: {
      directory: { type: "string", default: ".", describe: "Folder; made when it does not exist" },
    },
    options: {
      name: { type: "string", describe: "Name of the campaign; default: the folder's name" },
      agent: {
        type: "string",
        choices: ["claude-code", "codex", "gemini", "command", "demo"],
        default: "claude-code",
        describe: "Which agent optimizes",
      },
      command: { type: "string", describe: "With --agent command: what to run in the project's folder" },
    },
    examples: [
      ["uo init spring", "makes spring/ for Claude Code"],
      ["uo init try --agent command --command 'sh ~/agent.sh'", "with an agent of your own"],
    ],
    load: async () => (await import("../handlers/init.ts")).init,
  },
  {
    usage: "add [repo]",
    describe: "Add a project to projects.json",
    positionals: { repo: { type: "string", describe: "owner/name; default: from the upstream" } },
    options: {
      upstream: { type: "string", describe: "Git URL or path of the repository, where it is not on GitHub" },
      language: {
        type: "string",
        choices: ["python", "javascript", "typescript", "java"],
        describe: "Default: found from the files of a local upstream",
      },
      from: { type: "string", describe: "List of 'uo discover' to take projects from; with --pick" },
      pick: { type: "string", describe: "Numbers of that list: 3,7 or 1-10, or all" },
      id: { type: "string", describe: "Default: the next free project-NNN" },
      description: { type: "string" },
      company: { type: "string" },
      domain: { type: "string" },
      stars: { type: "number" },
      why: { type: "string", describe: "Why it was selected" },
      "contact-name": { type: "string" },
      "contact-title": { type: "string" },
      "contact-email": { type: "string" },
      "contact-linkedin": { type: "string" },
      "contact-country": { type: "string", describe: "Two capitals, such as US; decides what may be sent" },
      "contact-source": {
        type: "string",
        describe: "Where the contact comes from; GitHub and git data are refused",
      },
    },
    examples: [
      ["uo add acme/fast-lib --language python", "a repository on GitHub"],
      ["uo add --upstream ../fast-lib", "a repository on this computer"],
      ["uo add --from discovery/candidates.json --pick 3,7", "discovered ones"],
    ],
    load: async () => (await import("../handlers/add.ts")).add,
  },
  {
    usage: "doctor",
    describe: "Check this computer and the campaign before anything costs money",
    examples: [["uo doctor", "prints a line per check with what to do"]],
    load: async () => (await import("../handlers/doctor.ts")).doctor,
  },
];
