import { userInfo } from "node:os";
import { requestProof } from "@universe-optimize/pipeline";
import { type Campaign, openCampaign } from "@universe-optimize/pipeline/compose";
import { PipelineError } from "@universe-optimize/pipeline/errors";
import type { Project } from "@universe-optimize/project-list";
import type { OptimizationRow } from "@universe-optimize/state-store";
import type { Args, Handler, Io } from "../command.ts";
import { MisuseError } from "../output/report-error.ts";
import { go } from "./drive.ts";
import { selectProject } from "./select-projects.ts";

export const prove: Handler = async (args, io) => {
  if (typeof args["repo"] === "string") {
    const { proveAlone } = await import("./prove-alone.ts");
    return await proveAlone(args, io);
  }
  if (typeof args["id"] !== "string")
    throw new MisuseError("name a project, or a repository with --repo, --results and --out.");
  return await proveProject(args, io);
};

async function proveProject(args: Args, io: Io): Promise<number> {
  await using campaign = await openCampaign(String(args["campaign"]));
  const project = selectProject(campaign.projects, String(args["id"]));
  const claim = await claimOf(campaign, project, args);
  if (typeof args["release"] === "string") await releaseGuard(campaign, project, claim, args);
  await requestProof(campaign.services, project, { commit: claim?.commit_sha ?? null });
  return await go(campaign, [project], io, { through: "render", again: false, wait: true });
}

/** The claim that `--claim` names; null: all of them. */
async function claimOf(
  { services }: Campaign,
  project: Project,
  args: Args,
): Promise<OptimizationRow | null> {
  if (typeof args["claim"] !== "string") return null;
  const wanted = args["claim"].toLowerCase();
  if (!/^[0-9a-f]{7,40}$/.test(wanted))
    throw new MisuseError("--claim takes the claim's commit: 7 to 40 hex digits.");
  const run = await services.store.latestRun(project.id);
  const rows = run === null ? [] : await services.store.optimizations(run.id);
  const found = rows.filter(({ commit_sha }) => commit_sha?.startsWith(wanted) === true);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const known = rows.flatMap(({ commit_sha }) => commit_sha?.slice(0, 10) ?? []).join(", ");
  throw new PipelineError(
    "not_now",
    `${found.length === 0 ? "no claim" : "more than one claim"} of ${project.id} has the commit ${wanted}. Its claims: ${known || "none"}.`,
    { projectId: project.id },
  );
}

async function releaseGuard(
  { services }: Campaign,
  project: Project,
  claim: OptimizationRow | null,
  args: Args,
): Promise<void> {
  const reason = typeof args["reason"] === "string" ? args["reason"].trim() : "";
  if (claim?.commit_sha == null) throw new MisuseError("--release needs --claim, the claim's commit.");
  if (reason === "") throw new MisuseError("--release needs --reason: why the guard may stand aside.");
  const guard = String(args["release"]);
  if (!/^[a-z0-9_]{1,60}$/.test(guard))
    throw new MisuseError(`'${guard}' is no guard: 'uo results ${project.id}' names those that were hit.`);
  await services.store.decide({
    projectId: project.id,
    kind: "guard_release",
    subject: `${claim.commit_sha} ${guard}`,
    reason,
    by: userInfo().username,
  });
}
