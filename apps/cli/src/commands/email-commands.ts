import type { Command } from "../command.ts";
import { ONE_PROJECT } from "./positionals.ts";

export const EMAIL_COMMANDS: readonly Command[] = [
  {
    usage: "email [id]",
    describe: "Build the context and render the e-mail drafts; edits by hand are kept",
    positionals: { id: { type: "string", describe: "Project id" } },
    options: {
      "rerender-all": {
        type: "boolean",
        default: false,
        describe: "Every project with results, after a template edit",
      },
      show: { type: "boolean", default: false, describe: "Print the drafts as they are; change nothing" },
      "show-context": { type: "boolean", default: false, describe: "Print context.json; change nothing" },
      replace: { type: "boolean", default: false, describe: "Overwrite edited drafts; a backup is kept" },
    },
    examples: [
      ["uo email project-001 --show", "read before anything is sent"],
      ["uo email --rerender-all", "after editing email_templates/"],
    ],
    load: async () => (await import("../handlers/email.ts")).email,
  },
  {
    usage: "mark-sent <id>",
    describe: "Note that you have sent a project's e-mails; the program never sends",
    positionals: ONE_PROJECT,
    examples: [["uo mark-sent project-001", ""]],
    load: async () => (await import("../handlers/mark-sent.ts")).markSent,
  },
];
