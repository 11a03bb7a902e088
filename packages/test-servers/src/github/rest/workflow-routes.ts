import { createHash } from "node:crypto";

import { type Answer, type Ask } from "../http/answer.ts";
import { paginate } from "../http/paginate.ts";
import type { Route } from "../http/router.ts";
import { hasObjects } from "../state/fork-phase.ts";
import type { WorkflowRun } from "../state/records.ts";
import { fullName, type Repository } from "../state/repository.ts";
import { findRepository } from "./find-repository.ts";
import { repositoryJson } from "./repository-json.ts";
import { nodeId } from "./user-json.ts";

export const workflowRoutes: readonly Route[] = [
  { method: "GET", template: "/repos/{owner}/{repo}/actions/workflows", handler: listWorkflows },
  { method: "GET", template: "/repos/{owner}/{repo}/actions/runs", handler: listRuns },
];

const idOf = (repo: Repository, path: string): number =>
  createHash("sha256").update(`${repo.id} ${path}`).digest().readUInt32BE(0);

async function listWorkflows(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "actions");
  const head = hasObjects(ask.world.phase(repo)) ? await repo.content.resolve("HEAD") : null;
  const entries = head === null ? null : await repo.content.tree(`${head}:.github/workflows`, false);
  const files = (entries ?? []).filter(({ type, path }) => type === "blob" && /\.ya?ml$/.test(path));
  const { items, headers } = paginate(ask, files);
  const url = `${ask.apiUrl}/repos/${fullName(repo)}/actions/workflows`;
  const web = `${ask.world.serverUrl}/${fullName(repo)}`;
  const workflows = items.map(({ path: file }) => {
    const path = `.github/workflows/${file}`;
    const id = idOf(repo, path);
    return {
      id,
      node_id: nodeId("Workflow", id),
      name: file.replace(/\.ya?ml$/, ""),
      path,
      state: ask.world.actionsOn(repo) ? "active" : "disabled_manually",
      created_at: repo.createdAt,
      updated_at: repo.createdAt,
      url: `${url}/${id}`,
      html_url: `${web}/blob/${repo.defaultBranch}/${path}`,
      badge_url: `${web}/workflows/${file}/badge.svg`,
    };
  });
  return { status: 200, headers, body: { total_count: files.length, workflows } };
}

function listRuns(ask: Ask): Answer {
  const repo = findRepository(ask, "actions");
  const branch = ask.query.get("branch");
  const runs = ask.world.runs.filter(
    (run) => run.repo === fullName(repo) && (branch === null || run.branch === branch),
  );
  const { items, headers } = paginate(ask, runs.toReversed());
  return {
    status: 200,
    headers,
    body: { total_count: runs.length, workflow_runs: items.map((run) => runJson(ask, repo, run)) },
  };
}

function runJson(ask: Ask, repo: Repository, run: WorkflowRun): Record<string, unknown> {
  const api = `${ask.apiUrl}/repos/${fullName(repo)}/actions`;
  const url = `${api}/runs/${run.id}`;
  const repository = repositoryJson(ask.world, ask.apiUrl, ask.actor, repo);
  const workflow = idOf(repo, run.workflow);
  return {
    id: run.id,
    name: run.workflow,
    node_id: nodeId("WorkflowRun", run.id),
    head_branch: run.branch,
    head_sha: run.sha,
    path: run.workflow,
    run_number: 1,
    display_title: run.workflow,
    event: run.event,
    status: "completed",
    conclusion: "success",
    workflow_id: workflow,
    url,
    html_url: `${ask.world.serverUrl}/${fullName(repo)}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: run.at,
    updated_at: run.at,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${ask.apiUrl}/repos/${fullName(repo)}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    workflow_url: `${api}/workflows/${workflow}`,
    head_commit: null,
    repository,
    head_repository: repository,
  };
}
