import type { Session } from "@universe-optimize/remote-session";
import { errorFacts, PipelineError } from "../errors.ts";
import { remoteOutput } from "../machine/remote-command.ts";
import { pushHook } from "../push-hook.ts";
import { requireFork, type RunFacts } from "../run/facts.ts";
import { renewalTime } from "../state/push-renewal.ts";
import type { StepContext } from "./step.ts";

/** How long a renewal may hold up a look at the agent. */
const RENEWAL_MS = 60_000;
const FOLDER = ".universe/push";

/**
 * Lets the machine push the run's branch to its fork, where the configuration wants that: gives it a token of that one repository,
 * on standard input into a 0600 file outside the project, and a hook in its own origin that uses it. Returns the facts that changed.
 *
 * @throws ForkError `invalid_request`, `forbidden` … where there is no such token
 */
export async function letMachinePush(context: StepContext, session: Session): Promise<RunFacts> {
  const { services, project, run, facts, signal, progress } = context;
  if (services.config.github.push !== "machine") return {};
  const fork = requireFork(facts, run.id);
  const { forks } = services;
  if (forks.machineToken === undefined)
    throw new PipelineError(
      "step_failed",
      `${forks.kind} forks give machines no token: set github.push to "orchestrator".`,
      { projectId: project.id },
    );
  const { token, pushUrl, expiresAt } = await forks.machineToken(fork, signal);
  const target = [pushUrl, new URL(pushUrl).origin, services.config.run.branch, ""].join("\n");
  await session.upload([{ path: "target", content: target }], FOLDER, signal);
  await session.upload(
    [{ path: "post-receive", content: await pushHook(), mode: 0o755 }],
    "origin.git/hooks",
    signal,
  );
  await placeToken(session, token, signal);
  progress(`the machine may push to ${fork.forkRepo} until ${expiresAt}, and its token is renewed`);
  return { pushRenewAt: renewalTime(services.clock.now(), expiresAt) };
}

/**
 * Replaces the machine's token when it is time. A server that does not give one now is asked again at the next look; whatever the
 * machine cannot push, the orchestrator does at the end.
 */
export async function renewMachinePush(context: StepContext, session: Session): Promise<RunFacts> {
  const { services, run, facts, signal, progress } = context;
  const { pushRenewAt } = facts;
  if (services.config.github.push !== "machine") return {};
  const now = services.clock.now();
  if (pushRenewAt !== undefined && Date.parse(pushRenewAt) > now.getTime()) return {};
  const limited = AbortSignal.any([signal, AbortSignal.timeout(RENEWAL_MS)]);
  try {
    const made = await services.forks.machineToken?.(requireFork(facts, run.id), limited);
    if (made === undefined) return {};
    await placeToken(session, made.token, limited);
    return { pushRenewAt: renewalTime(now, made.expiresAt) };
  } catch (error) {
    signal.throwIfAborted();
    progress(`the machine's token is not renewed yet: ${errorFacts(error).message}`);
    return {};
  }
}

/** Takes token and hook away. What was pushed with them is looked at by `publish`. */
export async function endMachinePush(context: StepContext, session: Session): Promise<void> {
  if (context.services.config.github.push !== "machine") return;
  await remoteOutput(
    session,
    "removing the machine's token",
    `rm -rf ${FOLDER} origin.git/hooks/post-receive`,
    { signal: context.signal },
  );
}

/** What the machine did to the fork with its token. */
export interface SeenPush {
  /** The branch's commit on the fork; null: it pushed none. */
  readonly sha: string | null;
  /** For a person: what is not as it should be. */
  readonly notes: readonly string[];
}

/** Looks at the fork before anything of the harvest is pushed; null: the machine was given no token. */
export async function lookAtMachinePush(
  { services, run, facts, signal }: StepContext,
  harvestedSha: string | undefined,
): Promise<SeenPush | null> {
  if (services.config.github.push !== "machine") return null;
  const fork = requireFork(facts, run.id);
  const { branch } = services.config.run;
  const sha = await services.forks.branchSha(fork, branch, signal);
  const base = await services.forks.branchSha(fork, fork.defaultBranch, signal);
  const notes: string[] = [];
  if (sha !== null && sha !== harvestedSha)
    notes.push(
      `the fork's ${branch} is at ${sha.slice(0, 10)}, which is not what was harvested (${harvestedSha?.slice(0, 10) ?? "nothing"})`,
    );
  if (base !== fork.baseSha)
    notes.push(
      `the fork's ${fork.defaultBranch} is at ${base?.slice(0, 10) ?? "nothing"}, not at the run's base ${fork.baseSha.slice(0, 10)}: look who pushed there`,
    );
  return { sha, notes };
}

/** The old token stays until the new one is whole. */
async function placeToken(session: Session, token: string, signal: AbortSignal): Promise<void> {
  const file = `${FOLDER}/token`;
  await remoteOutput(
    session,
    "placing the machine's token",
    `umask 077 && mkdir -p ${FOLDER} && cat > ${file}.new && mv -f ${file}.new ${file}`,
    { stdin: token, signal },
  );
}
