import type { Options } from "yargs";
import type { Command } from "./command.ts";

const WORK: Readonly<Record<string, Options>> = {
  port: { type: "number", describe: "Serve /healthz and /metrics there; 0: any free port" },
  host: { type: "string", describe: "Address to serve them at; default batch.http.host (127.0.0.1)" },
  "log-level": {
    choices: ["debug", "info", "warn", "error"] as const,
    default: "info",
    describe: "What is logged, as JSON lines on standard error",
  },
};

/** Every command of `universe-batch`, in the order in which help shows them. */
export const COMMANDS: readonly Command[] = [
  {
    usage: "run",
    describe: "Drive the campaign until nothing is left to do, and exit",
    options: {
      ...WORK,
      "dry-run": { type: "boolean", default: false, describe: "Show the forecast and what would start" },
    },
    examples: [
      ["universe-batch run --dry-run", "what it may cost, and until when"],
      ["universe-batch run", "again after a crash, a reboot or SIGTERM"],
    ],
    load: async () => (await import("./handlers/work.ts")).run,
  },
  {
    usage: "serve",
    describe: "Drive the campaign for good: new runs at the times of a schedule, sweeps, health and metrics",
    options: {
      ...WORK,
      schedule: {
        type: "string",
        describe: "When new runs are let in: cron, five fields, UTC; default: always",
      },
    },
    examples: [['universe-batch serve --schedule "0 20 * * 1-5"', "new runs on weekdays at 20:00 UTC"]],
    load: async () => (await import("./handlers/work.ts")).serve,
  },
  {
    usage: "status",
    describe: "Where the campaign stands: waves, money, machines, forecast",
    examples: [["universe-batch status --json", "for programs"]],
    load: async () => (await import("./handlers/status.ts")).status,
  },
  {
    usage: "timeline <id>",
    describe: "Everything that happened to a project, in its order",
    positionals: { id: { type: "string", demandOption: true, describe: "Project id" } },
    options: { run: { type: "number", describe: "Number of the run; default: all" } },
    examples: [["universe-batch timeline project-007", ""]],
    load: async () => (await import("./handlers/timeline.ts")).timeline,
  },
  {
    usage: "pause <reason>",
    describe: "Start nothing new; runs under way go on",
    positionals: { reason: { type: "string", demandOption: true, describe: "For whoever asks why" } },
    examples: [['universe-batch pause "quota is used up"', ""]],
    load: async () => (await import("./handlers/pause.ts")).pause,
  },
  {
    usage: "resume",
    describe: "Let new runs start again after a pause, whoever made it",
    options: {
      "retry-failed": {
        type: "boolean",
        default: false,
        describe: "Try projects again whose runs failed until now",
      },
    },
    examples: [["universe-batch resume --retry-failed", "once the cause is mended"]],
    load: async () => (await import("./handlers/pause.ts")).resume,
  },
  {
    usage: "reap",
    describe: "Remove machines that no run needs, once",
    options: {
      "dry-run": { type: "boolean", default: false, describe: "Show what would be removed" },
      grace: { type: "number", describe: "Minutes below which a machine is left alone" },
      "lost-database": {
        type: "boolean",
        default: false,
        describe: "The database is gone: also remove machines that no record names",
      },
    },
    examples: [["universe-batch reap --dry-run", ""]],
    load: async () => (await import("./handlers/reap.ts")).reap,
  },
];
