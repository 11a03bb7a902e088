import type { Command } from "../command.ts";
import { AGENT_COMMANDS } from "./agent-commands.ts";
import { CAMPAIGN_COMMANDS } from "./campaign-commands.ts";
import { DISCOVERY_COMMANDS } from "./discovery-commands.ts";
import { EMAIL_COMMANDS } from "./email-commands.ts";
import { PROOF_COMMANDS } from "./proof-commands.ts";
import { RUN_COMMANDS } from "./run-commands.ts";
import { STORE_COMMANDS } from "./store-commands.ts";
import { VIEW_COMMANDS } from "./view-commands.ts";

/** Every command of `uo`, in the order in which help shows them. */
export const COMMANDS: readonly Command[] = [
  ...CAMPAIGN_COMMANDS,
  ...DISCOVERY_COMMANDS,
  ...RUN_COMMANDS,
  ...AGENT_COMMANDS,
  ...VIEW_COMMANDS,
  ...PROOF_COMMANDS,
  ...EMAIL_COMMANDS,
  ...STORE_COMMANDS,
];
