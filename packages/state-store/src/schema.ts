import type { Generated } from "kysely";
import type {
  ApprovalRow,
  CostRow,
  DecisionRow,
  DeliveryRow,
  DraftRow,
  EventRow,
  LeaseRow,
  MachineRow,
  MemoryRow,
  OptimizationRow,
  ProjectRow,
  RunRow,
  StepRow,
  SuppressionRow,
} from "./rows.ts";

type Numbered<Row extends { readonly id: number }> = Omit<Row, "id"> & {
  readonly id: Generated<number>;
};

/** The tables as Kysely sees them. They differ from the rows only in numbers that the database assigns and in booleans (0 or 1). */
export interface CampaignDatabase {
  projects: ProjectRow;
  runs: RunRow;
  steps: Numbered<StepRow>;
  machines: MachineRow;
  optimizations: OptimizationRow;
  drafts: Omit<DraftRow, "proven"> & { readonly proven: number };
  events: Numbered<EventRow>;
  costs: CostRow;
  leases: LeaseRow;
  decisions: Numbered<DecisionRow>;
  approvals: ApprovalRow;
  suppressions: SuppressionRow;
  deliveries: Numbered<DeliveryRow>;
  memory: MemoryRow;
}
