import { join } from "node:path";
import { readSecrets } from "@universe-optimize/pipeline";
import type { CampaignPaths } from "@universe-optimize/pipeline/campaign";
import { readConfig } from "@universe-optimize/pipeline/config";
import {
  type ContactLedger,
  type ContactSource,
  openContactLedger,
} from "@universe-optimize/project-discovery";
import type { Args } from "../command.ts";
import { MisuseError } from "../output/report-error.ts";

/** The campaign's book of contacts and credits. */
export function ledgerOf(paths: CampaignPaths, args: Args): Promise<ContactLedger> {
  const maxCredits = Number(args["max-credits"]);
  if (!Number.isInteger(maxCredits) || maxCredits < 0)
    throw new MisuseError("--max-credits takes a whole number from 0.");
  return openContactLedger({ file: join(paths.root, "contacts.jsonl"), maxCredits });
}

/** The source of contacts that is named, with its key from the environment. */
export async function contactSource(name: string, paths: CampaignPaths): Promise<ContactSource> {
  const keyName = { sumble: "SUMBLE_API_KEY", apollo: "APOLLO_API_KEY" }[name];
  if (keyName === undefined) throw new MisuseError(`'${name}' is no source: say --source sumble or apollo.`);
  const apiKey = (await readSecrets(paths.root)).get(keyName);
  if (apiKey === null)
    throw new MisuseError(
      `${keyName} is not set: put it into the environment or into ${join(paths.root, ".env")}.`,
    );
  const { outreach } = await readConfig(paths.config);
  const { apolloContacts, sumbleContacts } = await import("@universe-optimize/project-discovery");
  return name === "sumble"
    ? sumbleContacts({ apiKey, baseUrl: outreach.sumble.baseUrl })
    : apolloContacts({ apiKey, baseUrl: outreach.apollo.baseUrl });
}
