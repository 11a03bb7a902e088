import type { Project } from "@universe-optimize/project-list";
import type { DraftRow } from "@universe-optimize/state-store";
import { PipelineError } from "../errors.ts";
import type { Services } from "../services.ts";
import { contextualizeStep, gateReason } from "../steps/contextualize.ts";
import { renderDrafts } from "../steps/render.ts";
import type { StepContext } from "../steps/step.ts";
import { readFacts, writeFacts } from "./facts.ts";
import { holdLease } from "./lease-keeper.ts";
import { leaseOwner } from "./lease-owner.ts";

/** What `rerender` did. */
export interface RerenderResult {
  readonly drafts: readonly DraftRow[];
  /** Why there is no draft; empty where there is one. */
  readonly gateReasons: readonly string[];
}

/**
 * Builds the context and renders the e-mails of a project whose results are collected, again and again if wanted. What a person
 * edited in context.json and in the drafts stays; `replace` overwrites edited drafts, with a backup.
 *
 * @throws PipelineError `busy`, `not_now`; TemplateError for a broken template, before any draft is changed
 */
export async function rerender(
  services: Services,
  project: Project,
  options: {
    readonly replace: boolean;
    readonly signal: AbortSignal;
    readonly progress: (message: string) => void;
  },
): Promise<RerenderResult> {
  const { store } = services;
  await using lease = await holdLease(store, project.id, leaseOwner());
  const run = await store.latestRun(project.id);
  if (
    run === null ||
    run.outcome !== "completed" ||
    (run.step !== "finished" && run.step !== "contextualize" && run.step !== "render")
  )
    throw new PipelineError(
      "not_now",
      `${project.id} has no collected results yet: 'uo status ${project.id}' tells where it stands.`,
      {
        projectId: project.id,
      },
    );
  const signal = AbortSignal.any([options.signal, lease.signal]);
  const base: StepContext = {
    services,
    project,
    run,
    facts: readFacts(run),
    signal,
    progress: options.progress,
  };
  const built = await services.forkNotices.hearing(options.progress, () => contextualizeStep.execute(base));
  const facts = { ...base.facts, ...built.facts, blocked: false };
  const context: StepContext = { ...base, facts };
  const pass = facts.gate?.pass !== false;
  const drafts = pass ? await renderDrafts(context, options.replace) : [];
  await store.updateRun(lease.fence, run.id, {
    run: {
      step: "finished",
      facts_json: writeFacts(facts),
      reason: pass ? null : gateReason(facts.gate?.reasons ?? [], project.id),
      finished_at: run.finished_at ?? services.clock.now().toISOString(),
    },
    ...built.changes,
    drafts,
    project: {
      ...built.changes?.project,
      ...(pass ? { email_draft_path: `results/${project.id}/emails` } : {}),
    },
    events: [{ kind: "emails.rendered", message: `${drafts.length} drafts rendered` }],
  });
  return { drafts, gateReasons: pass ? [] : (facts.gate?.reasons ?? []) };
}
