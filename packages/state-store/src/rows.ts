/** The specification's six values. */
export type ProjectStatus = "pending" | "provisioning" | "running" | "completed" | "failed" | "destroyed";

/** Times are ISO 8601 in UTC with milliseconds, everywhere in the store. */
export type Timestamp = string;

/** The specification's `projects` table: the latest run of each project, as a person sees it. */
export interface ProjectRow {
  readonly id: string;
  readonly repo: string;
  readonly language: string;
  readonly fork_url: string | null;
  readonly company: string | null;
  readonly contact_name: string | null;
  readonly contact_email: string | null;
  readonly contact_title: string | null;
  readonly status: ProjectStatus;
  readonly vm_id: string | null;
  readonly vm_ip: string | null;
  readonly created_at: Timestamp;
  readonly started_at: Timestamp | null;
  readonly completed_at: Timestamp | null;
  readonly optimization_branch: string | null;
  readonly num_optimizations: number;
  readonly best_speedup: string | null;
  readonly summary_json: string | null;
  readonly email_draft_path: string | null;
}

/** How a run ended, decided from evidence; null while it is going on. */
export type RunOutcome = "completed" | "failed" | "stopped" | "skipped";

/** One attempt at a project. `step`, `attempt` and `due_at` are the state machine's position. */
export interface RunRow {
  readonly id: string;
  readonly project_id: string;
  /** 1, 2, 3 … within the project. */
  readonly number: number;
  /** The step that is to be done next, or is being done; `finished` when there is none. */
  readonly step: string;
  /** How often that step has been begun. */
  readonly attempt: number;
  readonly due_at: Timestamp;
  readonly outcome: RunOutcome | null;
  /** Why, in one sentence, for a person. */
  readonly reason: string | null;
  /** Chosen before launch. */
  readonly session_id: string | null;
  /** What the steps learned, as JSON: fork, base, machine name, branch SHA … The pipeline owns its shape. */
  readonly facts_json: string;
  readonly created_at: Timestamp;
  readonly finished_at: Timestamp | null;
}

export type StepResult = "succeeded" | "again" | "failed" | "abandoned";

/** The journal: one row an attempt, written before the effect and completed after it. */
export interface StepRow {
  readonly id: number;
  readonly run_id: string;
  readonly step: string;
  readonly attempt: number;
  readonly fence: number;
  readonly started_at: Timestamp;
  readonly finished_at: Timestamp | null;
  /** null: under way, or the process died in it; `abandoned` once a later attempt found it so. */
  readonly result: StepResult | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
}

export type MachineRowState = "intended" | "running" | "deleting" | "gone";

/** One machine. The row exists before the machine does. */
export interface MachineRow {
  readonly name: string;
  readonly run_id: string;
  readonly provider: string;
  readonly state: MachineRowState;
  readonly provider_id: string | null;
  readonly host: string | null;
  readonly port: number | null;
  readonly host_keys_json: string;
  readonly usd_per_hour: number;
  readonly intended_at: Timestamp;
  readonly running_at: Timestamp | null;
  readonly gone_at: Timestamp | null;
}

export type ClaimLabel = "unproven" | "verified" | "not_reproduced" | "unverifiable";

/** One claimed optimization of a run, in the order of summary.json. */
export interface OptimizationRow {
  readonly run_id: string;
  readonly position: number;
  readonly commit_sha: string | null;
  readonly function_name: string;
  readonly file: string;
  readonly description: string;
  readonly technique: string;
  /** As reported: "2.3x faster". */
  readonly speedup_text: string | null;
  /** Reported ratio (2.3), or null where the text does not say. */
  readonly speedup: number | null;
  readonly memory_text: string | null;
  readonly memory_mib: number | null;
  readonly label: ClaimLabel;
  /** Why it has this label, for a person; null: nothing to say. */
  readonly reason: string | null;
  /** The proven ratio that a mail may say, rounded down; null: none. */
  readonly quoted: number | null;
  /** Bounds of the measured ratio; null: nothing was measured. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** The proven saving that a mail may say, in MiB, rounded down; null: none. */
  readonly quoted_mib: number | null;
}

export type DraftState = "draft" | "edited" | "conflict" | "sent";

/** One rendered e-mail of a project. */
export interface DraftRow {
  readonly project_id: string;
  /** Template file name: `email_1_proof.md`. */
  readonly template: string;
  readonly run_id: string;
  readonly path: string;
  readonly subject: string;
  readonly state: DraftState;
  /** Whether every number in it is proven. */
  readonly proven: boolean;
  /** SHA-256 of the last generated text: what tells an edit by a person. */
  readonly generated_sha256: string;
  /** SHA-256 of context and template that it was made from. */
  readonly input_sha256: string;
  readonly rendered_at: Timestamp;
  readonly sent_at: Timestamp | null;
}

/** Append-only. */
export interface EventRow {
  readonly id: number;
  readonly at: Timestamp;
  readonly project_id: string | null;
  readonly run_id: string | null;
  readonly kind: string;
  readonly message: string;
  /** Facts as JSON. */
  readonly data_json: string;
}

export type CostKind = "machine" | "agent";

/** Money spent, one row a source; writing the same (run, kind, source) again replaces the amount. */
export interface CostRow {
  readonly run_id: string;
  readonly kind: CostKind;
  readonly source: string;
  readonly usd: number;
  /** `measured` from a bill or the agent's own figure, `estimated` from a price and a time. */
  readonly basis: "measured" | "estimated";
  readonly recorded_at: Timestamp;
}

/** Who may write for a name (`project:<id>`) until when. The fence grows with every acquisition. */
export interface LeaseRow {
  readonly name: string;
  readonly owner: string;
  readonly fence: number;
  readonly expires_at: Timestamp;
}

/**
 * What a person decided, with the reason. Append-only.
 *
 * - `policy_override`: optimize although the upstream's policy speaks against it; subject: the policy's file
 * - `guard_release`: a guard of a claim is explained; subject: `<commit> <guard>`
 * - `country_allowed`: this person may be written to; subject: the address
 */
export type DecisionKind = "policy_override" | "guard_release" | "country_allowed";

export interface DecisionRow {
  readonly id: number;
  readonly project_id: string;
  readonly kind: DecisionKind;
  readonly subject: string;
  readonly reason: string;
  /** Who: the operator's login name. */
  readonly decided_by: string;
  readonly decided_at: Timestamp;
}

/** A person's word that this exact text may go to this exact recipient. */
export interface ApprovalRow {
  readonly project_id: string;
  readonly template: string;
  /** SHA-256 of recipient, subject and body; the approval is void when they hash to something else. */
  readonly sha256: string;
  readonly recipient: string;
  readonly approved_by: string;
  readonly approved_at: Timestamp;
}

/** Somebody who is not written to. */
export interface SuppressionRow {
  /** Lower case: an address (`jane@example.com`) or a domain with its @ (`@example.com`). */
  readonly target: string;
  readonly reason: string;
  /** When the person asked for it. */
  readonly requested_at: Timestamp;
  readonly recorded_at: Timestamp;
}

/** `eml`, `imap`, `apollo`: where a draft was laid; `sent`: a person says that it was sent. */
export type DeliveryChannel = "eml" | "imap" | "apollo" | "sent";

/** Append-only. */
export interface DeliveryRow {
  readonly id: number;
  readonly project_id: string;
  readonly template: string;
  /** SHA-256 of recipient, subject and body as they were. */
  readonly sha256: string;
  readonly channel: DeliveryChannel;
  /** A file, a mailbox's UID, an id of Apollo's. */
  readonly reference: string | null;
  /** Without the angle brackets. */
  readonly message_id: string | null;
  readonly delivered_at: Timestamp;
}

/** What an adapter must not forget across processes: a cool-down, a capacity block, a cached price. */
export interface MemoryRow {
  readonly key: string;
  readonly value_json: string;
  readonly expires_at: Timestamp | null;
  readonly written_at: Timestamp;
}
