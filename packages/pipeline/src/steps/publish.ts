import { projectPaths } from "../campaign/campaign-paths.ts";
import { errorFacts, PipelineError } from "../errors.ts";
import { requireFork, type RunFacts } from "../run/facts.ts";
import { secretsReleased } from "../run/release-secrets.ts";
import { branchScanner } from "../secrets/branch-scanner.ts";
import { addFindings, describeFindings, type SecretFinding } from "../secrets/finding.ts";
import { scanStream } from "../secrets/scanner.ts";
import { harvestScanner } from "./harvest.ts";
import type { StepContext } from "./step.ts";

/** The branch's commit on the fork, or what holds it back. */
export type Publication =
  | { readonly kind: "pushed"; readonly sha: string }
  | { readonly kind: "held"; readonly findings: readonly SecretFinding[] }
  /** What came is no branch of this run: nothing can be done with it, and nothing on the machine will change that. */
  | { readonly kind: "unusable"; readonly reason: string };

/**
 * Pushes the harvested branch to the fork and reads it back, unless a secret was found in what came with it, or is found in the
 * branch: then nothing leaves this computer until a person releases it.
 */
export async function publish(
  context: StepContext,
  sha: string,
  findings: readonly SecretFinding[],
): Promise<Publication> {
  const { services, run } = context;
  if (await secretsReleased(services.store, run))
    return { kind: "pushed", sha: await push(context, sha, null) };
  if (findings.length > 0) return { kind: "held", findings };
  let found: readonly SecretFinding[] = [];
  const scanner = branchScanner(harvestScanner(services));
  try {
    const pushed = await push(context, sha, async (patches) => {
      found = await scanStream(patches, scanner, "branch");
      return found.length === 0;
    });
    return { kind: "pushed", sha: pushed };
  } catch (error) {
    const { code, message } = errorFacts(error);
    if (code === "bad_bundle") return { kind: "unusable", reason: message };
    if (code !== "refused") throw error;
    return { kind: "held", findings: addFindings(findings, found) };
  }
}

/**
 * A branch that was held back goes out once a person has released it. Returns the facts that changed.
 *
 * @throws PipelineError `secret_found` while it is held back
 */
export async function publishReleased(context: StepContext): Promise<RunFacts> {
  await requireReleased(context);
  const { harvestedSha, pushedSha } = context.facts;
  if (harvestedSha === undefined || pushedSha === harvestedSha) return {};
  const publication = await publish(context, harvestedSha, context.facts.findings ?? []);
  switch (publication.kind) {
    case "pushed":
      return { pushedSha: publication.sha };
    case "held":
      return { findings: publication.findings };
    case "unusable":
      return {};
  }
}

/** @throws PipelineError `secret_found`, with what to do, unless a person has released the findings */
async function requireReleased(context: StepContext): Promise<void> {
  const { services, project, run, facts } = context;
  const findings = facts.findings ?? [];
  if (findings.length === 0 || (await secretsReleased(services.store, run))) return;
  throw new PipelineError(
    "secret_found",
    `what came from the machine holds the branch and the drafts back: ${describeFindings(findings)}. Secrets are masked in results/${project.id}/, not in the branch. Look at it, change leaked keys, then: uo release ${project.id} --reason WHY`,
    { projectId: project.id },
  );
}

async function push(
  context: StepContext,
  sha: string,
  inspect: ((patches: AsyncIterable<Uint8Array>) => Promise<boolean>) | null,
): Promise<string> {
  const { services, project, run, facts, signal, progress } = context;
  const fork = requireFork(facts, run.id);
  const { branch } = services.config.run;
  const { bundle } = projectPaths(services.paths, project.id);
  await services.forks.push(
    {
      fork,
      bundleFile: bundle,
      branch,
      sha,
      // What a machine pushed by itself has passed nobody's eyes.
      mayBeThere: services.config.github.push === "machine",
      ...(inspect === null ? {} : { inspect }),
    },
    signal,
  );
  const remote = await services.forks.branchSha(fork, branch, signal);
  if (remote !== sha)
    throw new PipelineError(
      "step_failed",
      `the fork's ${branch} is ${remote ?? "missing"} after the push of ${sha}`,
      {
        projectId: project.id,
        retryable: true,
      },
    );
  progress(`${branch} pushed to ${fork.forkRepo} at ${sha.slice(0, 10)}`);
  return remote;
}
