import { createHash } from "node:crypto";

/** PostgreSQL cuts names at 63 bytes; other programs put words of their own behind this one. */
const LONGEST = 30;

/**
 * The schema of a campaign in a database that several campaigns share: `uo_spring`. Names that a schema cannot have as they
 * are get a part of their hash, so that two campaigns never meet.
 */
export function schemaOfCampaign(campaign: string): string {
  const plain = campaign.toLowerCase().replaceAll(/[^a-z0-9]+/gu, "_");
  if (plain === campaign && plain.length <= LONGEST) return `uo_${plain}`;
  const hash = createHash("sha256").update(campaign).digest("hex").slice(0, 8);
  return `uo_${plain.slice(0, LONGEST)}_${hash}`;
}
