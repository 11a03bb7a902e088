import { randomInt } from "node:crypto";
import { chmod, mkdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";

import { findCommands } from "./build/find-commands.ts";
import type { ProgressEvent, ProofContext } from "./claim/context.ts";
import { measureProduct } from "./claim/measure-product.ts";
import { proveClaim } from "./claim/prove-claim.ts";
import { settleFamily, type ClaimResult } from "./claim/settle-family.ts";
import { ProverError } from "./errors.ts";
import { cloneRepository } from "./git/clone.ts";
import { git } from "./git/git.ts";
import { describeMachine } from "./machine.ts";
import { methodOf } from "./method.ts";
import type { Proof } from "./proof.ts";
import { DEFAULT_SETTINGS, isReduced, type ProveRequest, type ProveSettings } from "./request.ts";
import { realPath } from "./run/interpreters.ts";
import { openSandbox } from "./run/sandbox.ts";
import { planLooks } from "./stats/looks.ts";
import { randomFrom } from "./stats/random.ts";
import { PROVER_VERSION } from "./version.ts";

export interface ProveOptions {
  readonly signal?: AbortSignal | undefined;
  /** One call a fact, while it goes on. */
  readonly progress?: ((event: ProgressEvent) => void) | undefined;
  /** Claims that an earlier, interrupted proof of the same request has finished; they are not measured again. */
  readonly finished?: readonly ClaimResult[] | undefined;
  /** Called with each finished claim, before the next one begins. */
  readonly onClaim?: ((claim: ClaimResult) => Promise<void>) | undefined;
}

/**
 * Measures every claim again on this computer, by the procedure of this package's README, and gives the proof. It clones the pushed repository into
 * `workDir`, runs its code there, and removes its worktrees. Throws `bad_request`, `unsuited_machine`, `repository` where nothing can be
 * proven at all; whatever goes wrong with one claim is that claim's reason.
 */
export async function proveClaims(request: ProveRequest, options: ProveOptions = {}): Promise<Proof> {
  const { signal, progress = () => undefined } = options;
  const startedAt = new Date().toISOString();
  const settings = settingsOf(request);
  await mkdir(request.workDir, { recursive: true });
  // Without links: the paths of mounts are compared with it.
  const workDir = await realpath(request.workDir);
  await chmod(workDir, 0o711);
  const known = { ...request, workDir };
  progress({
    scope: "proof",
    stage: "start",
    message: `Cloning ${request.repo} for ${request.claims.length} claims.`,
  });
  const clone = await cloneRepository({ ...known, signal });
  const path = await realPath(process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin", signal);
  try {
    await using sandbox = await openSandbox({
      workDir,
      path,
      memoryMiB: settings.memoryMiB,
      isolate: settings.isolate,
      signal,
    });
    const commands = await commandsOf(known, clone.folder, clone.base, signal);
    const machine = await describeMachine(path, sandbox.isolation, signal);
    const context: ProofContext = {
      request: known,
      settings,
      clone,
      sandbox,
      commands,
      random: randomFrom(settings.seed ?? randomInt(2 ** 32)),
      progress,
    };
    const results: ClaimResult[] = [];
    for (const [place, claim] of request.claims.entries()) {
      const before = options.finished?.find((result) => result.index === claim.index);
      const result = before ?? (await proveClaim(context, claim, request.claims.slice(0, place), signal));
      results.push(result);
      if (before === undefined) await options.onClaim?.(result);
      progress({
        scope: "claim",
        index: claim.index,
        stage: "done",
        message: `${result.label} (${result.reason}): ${result.explanation}`,
      });
    }
    const claims = settleFamily(results);
    const product = settings.product ? await measureProduct(context, claims, request.claims, signal) : null;
    return {
      schema: 1,
      project: request.project,
      repo: request.repo,
      base: request.base,
      head: request.head,
      machine,
      prover: PROVER_VERSION,
      startedAt,
      finishedAt: new Date().toISOString(),
      method: methodOf(settings, request.separateMachine ?? false),
      reduced: isReduced(settings),
      claims,
      product,
    };
  } finally {
    for (const folder of ["t", "s", "b", "stage", "share"])
      await rm(join(workDir, folder), { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The defaults with what the request says; refused where they make no sense. */
export function settingsOf(request: ProveRequest): ProveSettings {
  const given = Object.fromEntries(
    Object.entries(request.settings ?? {}).filter(([, value]) => value !== undefined),
  );
  const settings: ProveSettings = { ...DEFAULT_SETTINGS, ...given };
  const refuse = (message: string): never => {
    throw new ProverError("bad_request", message);
  };
  const { looks } = settings;
  if (looks.length === 0 || looks.some((n, i) => !Number.isInteger(n) || n <= (looks[i - 1] ?? 0))) {
    refuse(`settings.looks must be whole numbers that grow, found ${JSON.stringify(looks)}.`);
  }
  for (const name of [
    "minutesPerClaim",
    "sampleSeconds",
    "alpha",
    "testMinutes",
    "buildMinutes",
    "memoryMiB",
    "controlPairs",
    "checkPairs",
  ] as const) {
    if (!(settings[name] > 0)) refuse(`settings.${name} must be above 0, found ${settings[name]}.`);
  }
  try {
    planLooks(looks, settings.alpha);
  } catch (error) {
    refuse((error as Error).message);
  }
  return settings;
}

/** From the files at the branch's base: what the branch changes must not decide how it is judged. */
async function commandsOf(
  request: ProveRequest,
  repository: string,
  base: string,
  signal: AbortSignal | undefined,
): Promise<ProofContext["commands"]> {
  const folder = join(request.workDir, "base");
  await rm(folder, { recursive: true, force: true });
  try {
    await git(["clone", "-q", "--shared", "--no-checkout", repository, folder], { signal });
    await git(["checkout", "-q", "--detach", base], { cwd: folder, signal, timeoutMs: 300_000 });
    return await findCommands(folder, request);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
