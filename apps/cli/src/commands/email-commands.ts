import type { Command } from "../command.ts";
import { DRY_RUN, ONE_PROJECT } from "./positionals.ts";

export const EMAIL_COMMANDS: readonly Command[] = [
  {
    usage: "email [id]",
    describe: "Build the context and render the e-mail drafts; edits by hand are kept",
    positionals: { id: { type: "string", describe: "Project id; 'lint': check the templates" } },
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
      ["uo email lint", "what is wrong, or would read wrongly, in the templates"],
    ],
    load: async () => (await import("../handlers/email.ts")).email,
  },
  {
    usage: "mark-sent <id>",
    describe: "Note that you have sent a project's e-mails; the program never sends",
    positionals: ONE_PROJECT,
    options: {
      email: { type: "number", describe: "Only this mail: 1, 2, 3; default: all that are approved" },
      "message-id": { type: "string", describe: "Its Message-ID: what follow-ups answer" },
    },
    examples: [
      ["uo mark-sent project-001 --email 1 --message-id abc@mail.example.com", "follow-ups keep their Re:"],
    ],
    load: async () => (await import("../handlers/mark-sent.ts")).markSent,
  },
  {
    usage: "approve <id>",
    describe: "Approve one mail, exactly as it is, for exactly its recipient",
    positionals: ONE_PROJECT,
    options: {
      email: { type: "number", describe: "Which mail: 1, 2, 3; without it the drafts are listed" },
      by: { type: "string", describe: "Who approves; default: the login name" },
      withdraw: { type: "boolean", default: false, describe: "Take the approval of --email back" },
      "allow-country": {
        type: "boolean",
        default: false,
        describe: "This person may be written to, whatever outreach.allowedCountries says",
      },
      reason: { type: "string", describe: "With --allow-country: why; kept" },
    },
    examples: [
      ["uo approve project-001", "what stands against each draft"],
      ["uo approve project-001 --email 1", "any change of recipient, subject or body makes it void"],
    ],
    load: async () => (await import("../handlers/approve.ts")).approve,
  },
  {
    usage: "drafts [act] [ids..]",
    describe: "List drafts, export approved ones as .eml, or lay them into a mailbox or Apollo",
    positionals: {
      act: { type: "string", choices: ["list", "export", "push"], default: "list", describe: "What to do" },
      ids: { type: "string", array: true, describe: "Project ids; none: all that have drafts", default: [] },
    },
    options: {
      to: { type: "string", choices: ["imap", "apollo"], describe: "push: where to" },
      email: { type: "number", describe: "Only this mail: 1, 2, 3" },
      ...DRY_RUN,
    },
    examples: [
      ["uo drafts", "every draft: approved, exported, sent, or what stands against it"],
      ["uo drafts export project-001", ".eml beside the draft"],
      ["uo drafts push --to imap", "into the Drafts folder of outreach.imap; never sent"],
    ],
    load: async () => (await import("../handlers/drafts.ts")).drafts,
  },
  {
    usage: "suppress [target]",
    describe: "Note that somebody is not to be written to; without a target: the list",
    positionals: { target: { type: "string", describe: "jane@example.com, or @example.com" } },
    options: {
      reason: { type: "string", default: "asked not to be written to", describe: "Why" },
      date: { type: "string", describe: "Day of the request, YYYY-MM-DD; default today" },
    },
    examples: [["uo suppress jane@example.com --date 2026-03-01", "checked at approval and delivery"]],
    load: async () => (await import("../handlers/suppress.ts")).suppress,
  },
];
