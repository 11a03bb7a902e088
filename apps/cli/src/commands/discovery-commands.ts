import type { Options } from "yargs";
import type { Command } from "../command.ts";

const CREDITS: Readonly<Record<string, Options>> = {
  "max-credits": {
    type: "number",
    default: 200,
    describe: "Credits that this campaign may cost at a source, altogether",
  },
};

export const DISCOVERY_COMMANDS: readonly Command[] = [
  {
    usage: "discover",
    describe: "Find projects worth optimizing on GitHub; goes on where an earlier call stopped",
    options: {
      language: {
        type: "string",
        default: "python,javascript,typescript,java",
        describe: "Languages, with commas between them",
      },
      "min-stars": { type: "number", default: 1000 },
      "max-stars": { type: "number", describe: "Default: no limit" },
      "pushed-within": { type: "number", default: 90, describe: "Days since the last push, at most" },
      employees: {
        type: "string",
        default: "20-500",
        describe: "Of the company, where a source knows; who is unknown stays",
      },
      "employees-from": {
        type: "string",
        choices: ["sumble", "apollo"],
        describe: "Ask there how many work for a company; costs credits. Default: nobody is asked",
      },
      ci: { type: "boolean", default: true, describe: "Only with CI; --no-ci: any" },
      tests: { type: "boolean", default: true, describe: "Only with a test suite; --no-tests: any" },
      company: { type: "boolean", default: true, describe: "Only of an organisation; --no-company: any" },
      performance: {
        type: "boolean",
        default: true,
        describe: "Only where a word says that speed matters; --no-performance: any",
      },
      "max-requests": {
        type: "number",
        describe: "Stop after so many requests to GitHub; the next call goes on",
      },
      rows: { type: "number", default: 20, describe: "Rows of the table" },
      ...CREDITS,
    },
    examples: [
      [
        "uo discover --language python,typescript,java",
        "then: uo add --from discovery/candidates.json --pick 3,7",
      ],
      ["uo discover --max-requests 500", "a part now, the rest later"],
    ],
    load: async () => (await import("../handlers/discover.ts")).discover,
  },
  {
    usage: "contacts <action> [id]",
    describe: "Find whom to write to, or enter the person by hand",
    positionals: {
      action: {
        type: "string",
        choices: ["find", "add", "list", "settle"],
        describe: "find: ask a source; add: by hand; list: who and what it cost; settle: book an open call",
      },
      id: { type: "string", describe: "Project id; for settle: the call's id" },
    },
    options: {
      source: {
        type: "string",
        describe:
          "find: sumble or apollo. add: where you have the contact from; GitHub and git data are refused",
      },
      domain: { type: "string", describe: "find: the company's website; default: as discovered" },
      title: { type: "string", array: true, describe: "find: positions that may decide, best first" },
      name: { type: "string", describe: "add: first and last name" },
      position: { type: "string", describe: "add: CTO …" },
      email: { type: "string", describe: "add: the address" },
      linkedin: { type: "string", describe: "add: the profile" },
      country: { type: "string", describe: "add: two capitals such as US; decides what may be sent" },
      credits: { type: "number", describe: "settle: what the call cost" },
      ...CREDITS,
    },
    examples: [
      ["uo contacts find --source sumble", "for every project without a contact"],
      ["uo contacts add project-001 --name 'Robin Doe' --position CTO --email robin@example.com", ""],
    ],
    load: async () => (await import("../handlers/contacts.ts")).contacts,
  },
];
