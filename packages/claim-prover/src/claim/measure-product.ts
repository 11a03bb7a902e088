import { makeSide } from "../build/make-side.ts";
import type { Proof, ProvenClaim } from "../proof.ts";
import type { ClaimRequest } from "../request.ts";
import { planLooks } from "../stats/looks.ts";
import { drawSeed, randomFrom } from "../stats/random.ts";
import { lookAt } from "../stats/interval.ts";
import { roundRatioDown } from "../stats/rounding.ts";
import type { Pair } from "../proof.ts";
import { runPair } from "../workload/run-pairs.ts";
import { findWorkload } from "../workload/workload.ts";
import type { ProofContext } from "./context.ts";
import { gainFloor } from "./thresholds.ts";

/**
 * Everything together: the branch's base against its head, over the verified claims' benchmarks. A pair's times are sums over all of them, each at the scale
 * at which its claim was measured, so that a benchmark of a small part weighs no more than another. Null where nothing is verified, or where the head does not
 * run them all: then there is nothing to say of the product.
 */
export async function measureProduct(
  context: ProofContext,
  claims: readonly ProvenClaim[],
  requests: readonly ClaimRequest[],
  signal?: AbortSignal,
): Promise<Proof["product"]> {
  const verified = claims.filter(({ label, quoted }) => label === "verified" && quoted !== null);
  if (verified.length === 0) return null;
  const { clone, sandbox, settings, request, commands } = context;
  const limit = AbortSignal.timeout(settings.minutesPerClaim * 60_000);
  const both = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  const workDir = request.workDir;
  const tools = { clone, sandbox, workDir, commands, buildMinutes: settings.buildMinutes, signal: both };
  try {
    await using open = new AsyncDisposableStack();
    const a = open.use(await makeSide(tools, { commit: clone.base, parent: clone.base }));
    const b = open.use(await makeSide(tools, { commit: clone.head, parent: clone.base }));
    const parts: { measure: Parameters<typeof runPair>[0]; scale: number }[] = [];
    for (const claim of verified) {
      const asked = requests.find(({ index }) => index === claim.index);
      const workload = asked === undefined ? "" : await findWorkload(asked, request);
      if (typeof workload === "string") return null;
      open.use(workload);
      const scale = claim.sessions.findLast(({ kind }) => kind === "gain")?.scale ?? 1;
      parts.push({
        measure: {
          sandbox,
          workload,
          timeoutMs: Math.max(60_000, settings.sampleSeconds * 60_000),
          signal: both,
        },
        scale,
      });
    }
    const seed = drawSeed(context.random);
    const random = randomFrom(seed);
    const samples: Pair[] = [];
    const [first] = planLooks(settings.looks, settings.alpha);
    if (first === undefined) return null;
    while (samples.length < first.n) {
      let [sumA, sumB] = [0, 0];
      for (const { measure, scale } of parts) {
        const pair = await runPair(measure, { a, b, scale, random });
        sumA += pair.a.seconds;
        sumB += pair.b.seconds;
      }
      samples.push([sumA, sumB]);
    }
    const look = lookAt(samples, first.k);
    const noise = Math.max(...verified.map(({ noiseFloor }) => noiseFloor ?? 0));
    return {
      quoted: look.interval[0] >= gainFloor(noise) ? roundRatioDown(look.estimate) : null,
      interval: look.interval,
      session: {
        kind: "product",
        seed,
        scale: Math.max(...parts.map(({ scale }) => scale)),
        looks: [look],
        samples,
      },
    };
  } catch (error) {
    signal?.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    context.progress({
      scope: "proof",
      stage: "product",
      message: `Base against head was not measured: ${message}`,
    });
    return null;
  }
}
