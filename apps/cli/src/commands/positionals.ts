import type { Options, PositionalOptions } from "yargs";

export const ONE_PROJECT: Readonly<Record<string, PositionalOptions>> = {
  id: { type: "string", describe: "Project id, as in projects.json", demandOption: true },
};

export const SOME_PROJECTS: Readonly<Record<string, PositionalOptions>> = {
  ids: { type: "string", array: true, describe: "Project ids; none: all of them", default: [] },
};

export const DRY_RUN: Readonly<Record<string, Options>> = {
  "dry-run": { type: "boolean", default: false, describe: "Say what would be done, and change nothing" },
};
