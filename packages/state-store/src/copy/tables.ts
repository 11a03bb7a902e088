import type { CampaignDatabase } from "../schema.ts";

interface TableFacts {
  /** What orders the rows, and tells them apart. */
  readonly key: readonly string[];
  /** Whether the database gives out the numbers of `id`. */
  readonly counted: boolean;
}

/** Every table, those first to which others refer. */
export const TABLES: Readonly<Record<keyof CampaignDatabase, TableFacts>> = {
  projects: { key: ["id"], counted: false },
  runs: { key: ["id"], counted: false },
  steps: { key: ["id"], counted: true },
  machines: { key: ["name"], counted: false },
  optimizations: { key: ["run_id", "position"], counted: false },
  drafts: { key: ["project_id", "template"], counted: false },
  events: { key: ["id"], counted: true },
  costs: { key: ["run_id", "kind", "source"], counted: false },
  leases: { key: ["name"], counted: false },
  decisions: { key: ["id"], counted: true },
  approvals: { key: ["project_id", "template"], counted: false },
  suppressions: { key: ["target"], counted: false },
  deliveries: { key: ["id"], counted: true },
  memory: { key: ["key"], counted: false },
};

export type TableName = keyof CampaignDatabase;

export const TABLE_NAMES: readonly TableName[] = Object.keys(TABLES) as TableName[];
