import type { Command } from "../command.ts";

export const STORE_COMMANDS: readonly Command[] = [
  {
    usage: "store <act>",
    describe: "Move the campaign's memory between its own file and the database of DATABASE_URL",
    positionals: {
      act: {
        choices: ["copy"],
        type: "string",
        describe: "copy: row by row, compared; the old one is kept, unused",
      },
    },
    options: {
      to: {
        choices: ["postgres", "sqlite"],
        type: "string",
        demandOption: true,
        describe: "Where it goes on; what is there already is never overwritten",
      },
    },
    examples: [
      ["uo store copy --to postgres", "before several workers share the campaign"],
      ["uo store copy --to sqlite", "and back into universe_optimize.db"],
    ],
    load: async () => (await import("../handlers/store.ts")).store,
  },
];
