import { expect, test } from "vitest";

import { judgeLook } from "../claim/judge-session.ts";
import { isCalm } from "../claim/measure-gain.ts";
import { gainFloor, noiseFloorOf } from "../claim/thresholds.ts";
import type { Pair } from "../proof.ts";
import { lookAt, orderStatistic } from "./interval.ts";
import { planLooks } from "./looks.ts";
import { randomFrom, type Random } from "./random.ts";

/*
 * A machine as it is: noise of 3 %, now and then a spike of up to 60 %, and a drift of 10 % over the session. The seeds are fixed, so the
 * figures are the same in every run.
 */

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function simulate(random: Random, pairs: number, gain: number): Pair[] {
  const slope = (random() < 0.5 ? -1 : 1) * 0.1;
  const time = (base: number, at: number): number =>
    base * (1 + slope * at) * Math.exp(0.03 * normal(random)) * (random() < 0.05 ? 1 + 0.6 * random() : 1);
  return Array.from({ length: pairs }, (_, i): Pair => {
    const at = i / pairs;
    const [first, second] = [at, at + 0.5 / pairs];
    return random() < 0.5 ? [time(gain, first), time(1, second)] : [time(gain, second), time(1, first)];
  });
}

const looks = planLooks([12, 20, 40], 0.01);

/** A session as it is run: it ends at the first look that settles it. */
function session(
  random: Random,
  gain: number,
  floor: number,
): { readonly passed: boolean; readonly covered: boolean; readonly n: number } {
  const all = simulate(random, 40, gain);
  for (const { n, k } of looks) {
    const look = lookAt(all.slice(0, n), k);
    const passed = judgeLook(look, floor) === null;
    if (passed || look.interval[1] < floor || n === 40) {
      return { passed, covered: look.interval[0] <= gain && gain <= look.interval[1], n };
    }
  }
  throw new Error("unreachable");
}

test("finds a gain that is not there in at most 5 % of 1,000 null trials, against any floor at all", () => {
  let above = 0;
  let verified = 0;
  for (let trial = 0; trial < 1000; trial += 1) {
    const random = randomFrom(trial);
    // Even the mere "faster" is false alarm enough; the real floor is stricter.
    if (session(random, 1, 1).passed) above += 1;
    const control = lookAt(simulate(random, 12, 1), orderStatistic(12, 0.01));
    const floor = gainFloor(noiseFloorOf(control));
    if (session(random, 1, floor).passed && session(random, 1, floor).passed) verified += 1;
  }
  expect(above).toBeLessThanOrEqual(50);
  expect(verified).toBe(0);
});

test("the interval holds the true ratio in at least 98 % of trials, for small and great gains", () => {
  for (const gain of [1, 1.08, 1.2, 3, 10]) {
    let covered = 0;
    for (let trial = 0; trial < 500; trial += 1)
      if (session(randomFrom(10_000 + trial), gain, 1.05).covered) covered += 1;
    expect(covered).toBeGreaterThanOrEqual(490);
  }
});

test("finds a true 1.2x within 20 pairs in at least 95 % of trials", () => {
  let found = 0;
  for (let trial = 0; trial < 1000; trial += 1) {
    const { passed, n } = session(randomFrom(20_000 + trial), 1.2, 1.05);
    if (passed && n <= 20) found += 1;
  }
  expect(found).toBeGreaterThanOrEqual(950);
});

/** Twelve pairs where the machine is calm, else up to forty. */
function noiseOf(random: Random): number {
  const all = simulate(random, 40, 1);
  const looked = [12, 20, 40].map((n) => lookAt(all.slice(0, n), orderStatistic(n, 0.01)));
  return noiseFloorOf(looked.find(isCalm) ?? looked[2] ?? lookAt(all, 12));
}

test("with its control and in two sessions a true 1.2x is verified in at least 95 % of trials, and no null ever", () => {
  let [found, alarms] = [0, 0];
  for (let trial = 0; trial < 500; trial += 1) {
    const random = randomFrom(40_000 + trial);
    const floor = gainFloor(noiseOf(random));
    if (session(random, 1.2, floor).passed && session(random, 1.2, floor).passed) found += 1;
    if (session(random, 1, floor).passed && session(random, 1, floor).passed) alarms += 1;
  }
  expect(found).toBeGreaterThanOrEqual(475);
  expect(alarms).toBe(0);
});

test("in the other order, all of one side and then all of the other, drift alone looks like a gain", () => {
  // Why pairs are interleaved: the same machine, the same interval.
  let alarms = 0;
  for (let trial = 0; trial < 300; trial += 1) {
    const random = randomFrom(30_000 + trial);
    const times = simulate(random, 40, 1).flat();
    const samples = Array.from({ length: 20 }, (_, i): Pair => [times[i] ?? 1, times[40 + i] ?? 1]);
    const { interval } = lookAt(samples, 4);
    if (interval[0] > 1 || interval[1] < 1) alarms += 1;
  }
  expect(alarms).toBeGreaterThan(30);
});
