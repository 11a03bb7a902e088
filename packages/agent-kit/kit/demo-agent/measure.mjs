// Measures old against new: fresh processes, alternating, a new seed for each pair, outputs compared in every pair.
import { randomInt } from "node:crypto";
import { run } from "./commands.mjs";

const PAIRS = 5;
const TARGET_SECONDS = 0.16;
const MAX_SCALE = 2000;
/** A gain below this, or one that is missing in more than one pair, is not kept. */
const LEAST_SPEEDUP = 1.1;

/** `{ status: "keep" | "discard", reason, speedup, measurement }`; speedup is the median of old time / new time. */
export async function measure(command, oldTree, newTree, signal) {
  const sample = async (tree, scale, seed) => {
    const done = await run(command, {
      cwd: tree,
      signal,
      env: { UNIVERSE_SCALE: String(scale), UNIVERSE_SEED: String(seed) },
    });
    if (done.code !== 0) throw new Error(`the benchmark ${command.at(-1)} fails: ${done.output.trim().slice(-300)}`);
    return { seconds: done.seconds, digest: done.stdout.trim() };
  };

  const scale = await chooseScale(async (at) => (await sample(oldTree, at, randomInt(1, 2 ** 31))).seconds);
  const pairs = [];
  for (let i = 0; i < PAIRS; i++) {
    const seed = randomInt(1, 2 ** 31);
    const newFirst = randomInt(2) === 1;
    const first = await sample(newFirst ? newTree : oldTree, scale, seed);
    const second = await sample(newFirst ? oldTree : newTree, scale, seed);
    if (first.digest !== second.digest) {
      return { status: "discard", reason: `its results differ from before (seed ${seed})`, measurement: null };
    }
    const [before, after] = newFirst ? [second, first] : [first, second];
    pairs.push({ seed, beforeSeconds: before.seconds, afterSeconds: after.seconds });
  }
  const ratios = pairs.map((pair) => pair.beforeSeconds / pair.afterSeconds);
  const speedup = median(ratios);
  const measurement = {
    scale,
    pairs,
    beforeSeconds: median(pairs.map((pair) => pair.beforeSeconds)),
    afterSeconds: median(pairs.map((pair) => pair.afterSeconds)),
  };
  const faster = ratios.filter((ratio) => ratio > 1).length;
  const kept = speedup >= LEAST_SPEEDUP && faster >= PAIRS - 1;
  const reason = `${(Math.floor(speedup * 100) / 100).toFixed(2)}x as fast, faster in ${faster} of ${PAIRS} pairs`;
  return { status: kept ? "keep" : "discard", reason, speedup, measurement };
}

/**
 * How much work makes the old code take TARGET_SECONDS beside the start of the process. Four times the work until the
 * time stands out, so that a noisy machine cannot lead to hours of it.
 */
async function chooseScale(secondsAt) {
  await secondsAt(1);
  const start = await secondsAt(1);
  for (let scale = 2; scale < MAX_SCALE; scale *= 4) {
    const work = (await secondsAt(scale)) - start;
    if (work >= TARGET_SECONDS / 2) return Math.max(1, Math.round((scale * TARGET_SECONDS) / work));
  }
  return MAX_SCALE;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
