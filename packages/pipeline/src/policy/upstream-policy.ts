import { createHash } from "node:crypto";
import type { ForkRequest } from "@universe-optimize/github-fork";
import type { PolicyVerdict } from "@universe-optimize/github-fork/policy";
import type { StateStore } from "@universe-optimize/state-store";
import type { Services } from "../services.ts";

/** What an upstream's own files say of contributions like ours; null: this provider cannot read them. */
export async function readUpstreamPolicy(
  { forks }: Pick<Services, "forks">,
  request: ForkRequest,
  signal: AbortSignal,
): Promise<PolicyVerdict | null> {
  if (forks.upstreamFiles === undefined) return null;
  const { policyVerdict, readPolicy } = await import("@universe-optimize/github-fork/policy");
  await using files = await forks.upstreamFiles(request, signal);
  return policyVerdict(await readPolicy(files, signal));
}

/** A refusal in words for a person: where it stands, and what it says. */
export function policyRefusal(verdict: PolicyVerdict, projectId: string): string {
  const what =
    verdict.topic === "contributions"
      ? "does not take contributions that nobody asked for"
      : "refuses contributions made by AI";
  return `the upstream ${what} (${verdict.file}:${verdict.line}: "${verdict.quote}"). If you have its word that this one is welcome: uo override ${projectId} --policy --reason WHY`;
}

/** What an override is about: these very words. Another refusal is asked about again. */
export function policySubject(verdict: PolicyVerdict): string {
  return createHash("sha256")
    .update(verdict.quote ?? "")
    .digest("hex")
    .slice(0, 16);
}

/** Whether a person said that this refusal does not stand in the way of the project. */
async function isPolicyOverridden(
  store: StateStore,
  projectId: string,
  verdict: PolicyVerdict,
): Promise<boolean> {
  const subject = policySubject(verdict);
  const decisions = await store.decisions(projectId);
  return decisions.some((decision) => decision.kind === "policy_override" && decision.subject === subject);
}

/** The refusal that stands in the way of a project; null: none, or a person has overridden it. */
export async function standingRefusal(
  store: StateStore,
  projectId: string,
  verdict: PolicyVerdict | null,
): Promise<PolicyVerdict | null> {
  if (verdict?.kind !== "refuses") return null;
  return (await isPolicyOverridden(store, projectId, verdict)) ? null : verdict;
}
