import { spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import { devNull } from "node:os";
import { expect, it } from "vitest";
import { changingPoints, distinctPoints, kindOf, Points } from "./crash/points.ts";

const points = (killAt: string | null): Points =>
  new Points({ log: openSync(devNull, "a"), killAt, normalise: (text) => text.replaceAll(/\d/g, "N") });

it("numbers the points of a kind, and kills at none unless told", async () => {
  const counted = points("before x N #3");
  counted.pass("before", "x 1");
  expect(counted.isNext("before", "x 2")).toBe(false);
  counted.pass("before", "x 2");
  expect(counted.isNext("before", "x 3")).toBe(true);
  await expect(counted.around("y", async () => await Promise.resolve(5), true)).resolves.toBe(5);
});

it("kills from within, at once", () => {
  const module = new URL("./crash/points.ts", import.meta.url).href;
  const program = `import { Points } from ${JSON.stringify(module)};
    const points = new Points({ log: 1, killAt: "after y #1", normalise: (text) => text });
    process.on("exit", () => console.log("exit"));
    points.pass("before", "y"); points.pass("after", "y"); console.log("went on");`;
  const { signal, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program]);
  expect([signal, stdout.toString()]).toEqual(["SIGKILL", "before y #1\nKILLED after y #1\n"]);
});

it("leaves out a point that leaves the same behind as the next one", () => {
  const names = [
    "before PUT a #1",
    "after PUT a #1",
    "before GET b #1",
    "after GET b #1",
    "before commit #1",
  ];
  expect(distinctPoints(names)).toEqual(["before PUT a #1", "before GET b #1", "before commit #1"]);
  expect(changingPoints(names)).toEqual(["before PUT a #1", "before commit #1"]);
  // Two at once: while one has been done, the other is under way.
  expect(distinctPoints(["before a #1", "before b #1", "after a #1", "after b #1"])).toHaveLength(4);
  expect(kindOf("before GET b #12")).toBe("before GET b");
});
