import type { Project } from "@universe-optimize/project-list";
import type { DraftRow, ProjectRow, RunRow } from "@universe-optimize/state-store";
import { columns } from "../output/columns.ts";

/** One project as `uo status` shows it. */
export interface StatusLine {
  readonly id: string;
  readonly repo: string;
  readonly status: ProjectRow["status"];
  readonly optimizations: number;
  /** null: nothing to show. */
  readonly best: string | null;
  readonly email: "none" | "draft" | "sent" | "blocked";
  /** Whether every number shown is proven. */
  readonly proven: boolean;
  readonly step: string | null;
  readonly reason: string | null;
  readonly machine: string | null;
}

/** What the database knows of a project; all null before its first run. */
export interface ProjectState {
  readonly row: ProjectRow | null;
  readonly run: RunRow | null;
  readonly drafts: readonly DraftRow[];
  readonly blocked: boolean;
  /** The numbers are measured ones. */
  readonly proven: boolean;
  /** Why its machine is not there yet; absent or null: nothing keeps it. */
  readonly waits?: string | null;
}

export function statusLine(project: Pick<Project, "id" | "repo">, state: ProjectState): StatusLine {
  const { row, run, blocked } = state;
  // Drafts of an earlier run are history.
  const drafts = state.drafts.filter((draft) => draft.run_id === run?.id);
  const sent = drafts.length > 0 && drafts.every((draft) => draft.sent_at !== null);
  return {
    id: project.id,
    repo: project.repo,
    status: row?.status ?? "pending",
    optimizations: row?.num_optimizations ?? 0,
    best: row?.best_speedup ?? null,
    email: blocked ? "blocked" : sent ? "sent" : drafts.length > 0 ? "draft" : "none",
    proven: state.proven && drafts.every((draft) => draft.proven),
    step: run?.step ?? null,
    reason: run?.reason ?? state.waits ?? null,
    machine: run !== null && run.step !== "finished" ? (row?.vm_id ?? null) : null,
  };
}

/** The specification's table. What is not proven is said to be so. */
export function statusTable(lines: readonly StatusLine[]): string {
  const table = columns(
    [
      { title: "ID", minWidth: 11 },
      { title: "Repo", minWidth: 22 },
      { title: "Status", minWidth: 10 },
      { title: "Opts", minWidth: 4 },
      { title: "Best", minWidth: 11 },
      { title: "Email" },
    ],
    lines.map((line) => [
      line.id,
      line.repo,
      line.status,
      String(line.optimizations),
      line.best ?? "--",
      emailWord(line),
    ]),
  );
  const unproven = lines.some((line) => line.optimizations > 0 && !line.proven);
  return unproven
    ? `${table}\nNumbers are the agents' own: unproven until they are measured again.\n`
    : table;
}

function emailWord({ email, proven }: StatusLine): string {
  switch (email) {
    case "none":
      return "--";
    case "sent":
      return proven ? "SENT" : "SENT (unproven)";
    case "blocked":
      return "NEEDS YOU";
    case "draft":
      return proven ? "DRAFT READY" : "DRAFT READY (unproven)";
  }
}
