import { expect, it } from "vitest";
import { countPoints, everyNth, killAtEach, type Verdict } from "./crash/enumerate.ts";
import { changingPoints } from "./crash/points.ts";
import { openWorld } from "./crash/world.ts";

// Every one of them: node benchmarks/crash-points.ts
const EVERY = 64;

it("is killed on the way from fork to drafts, and comes to the same end as if nobody had", async () => {
  await using world = await openWorld();
  const points = await countPoints(world);
  // What must be among them, or nothing is shown.
  for (const act of [
    /^before POST .*\/forks #1$/,
    /^after PUT .*\/virtualMachines\/M #1$/,
    /^before DELETE .*\/virtualMachines\/M #1$/,
    /^during git push #1$/,
    /^during ssh start agent #1$/,
    /^during ssh upload \.universe\/kit #1$/,
    /^before rename ~\/.*\/summary\.json #1$/,
    /^before commit #30$/,
  ])
    expect(points).toContainEqual(expect.stringMatching(act));
  const chosen = everyNth(changingPoints(points), EVERY).map((point, index) => ({
    name: `p${index}`,
    point,
  }));
  expect(chosen.length).toBeGreaterThan(2);
  const verdicts: Verdict[] = [];
  await Promise.all(
    [0, 1].map(async (lane) => {
      const share = chosen.filter((_, index) => index % 2 === lane);
      for await (const verdict of killAtEach(world, share)) verdicts.push(verdict);
    }),
  );
  expect(verdicts.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
  expect(verdicts.filter(({ reached }) => reached).length).toBeGreaterThan(1);
}, 400_000);
