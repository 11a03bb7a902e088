import { expect, it } from "vitest";
import { CapacityBlocks } from "./capacity-blocks.ts";
import { processMemory } from "./memory.ts";
import { placements, placementText } from "./placements.ts";
import { sizeFacts } from "./sizes.ts";

const MINUTE = 60_000;
const here = { size: "Standard_D4s_v5", region: "eastus", zone: null, spot: false };

it.each([
  ["allocation", 10],
  ["quota", 60],
  ["quota_none", 23 * 60],
  ["size", 23 * 60],
] as const)("blocks a placement for %s for %i minutes", async (kind, minutes) => {
  let now = 1_000_000;
  const memory = processMemory(() => now);
  const blocks = new CapacityBlocks(memory, "s", () => now);
  await blocks.block(here, kind, "why");
  now += minutes * MINUTE - 1;
  expect(await new CapacityBlocks(memory, "s", () => now).find(here)).toMatchObject({ kind, reason: "why" });
  now += 1;
  expect(await blocks.find(here)).toBeNull();
});

it("blocks just that size, zone, region and kind; quota all zones of a region", async () => {
  const blocks = new CapacityBlocks(processMemory(), "s");
  await blocks.block({ ...here, zone: "1" }, "allocation", "full");
  expect(await blocks.find({ ...here, zone: "1" })).not.toBeNull();
  for (const other of [here, { ...here, zone: "2" }, { ...here, zone: "1", spot: true }])
    expect(await blocks.find(other)).toBeNull();
  await blocks.block({ ...here, zone: "2" }, "quota", "short");
  for (const other of [here, { ...here, zone: "3" }])
    expect(await blocks.find(other)).toMatchObject({ kind: "quota" });
  expect(await blocks.find({ ...here, region: "westus2" })).toBeNull();
  expect(await blocks.find({ ...here, size: "Standard_D8s_v5" })).toBeNull();
});

it("takes what another version has written for no block", async () => {
  const memory = processMemory();
  const blocks = new CapacityBlocks(memory, "s");
  await blocks.block(here, "allocation", "full");
  const key = "azure/block/s/eastus/any/Standard_D4s_v5/regular/allocation";
  expect(await memory.get(key)).not.toBeNull();
  for (const text of ["", "{", "null", "[]", '{"kind":"other"}', '{"kind":"size","until":"soon"}']) {
    await memory.set(key, text, new Date(Date.now() + MINUTE));
    expect(await blocks.find(here), text).toBeNull();
  }
});

it("tries spot first, then regular; zones, then sizes, then regions", () => {
  const settings = {
    size: "A",
    location: "east",
    fallbacks: { sizes: ["B"], zones: ["1"], regions: ["west"] },
    spot: { enabled: true, maxPriceUsd: null, fallbackToRegular: true, evictionPolicy: "Delete" as const },
    scaleSet: null,
  };
  const all = placements(settings).map(placementText);
  expect(all.slice(0, 5)).toEqual([
    "spot A in east",
    "spot A in east zone 1",
    "spot B in east",
    "spot B in east zone 1",
    "spot A in west",
  ]);
  expect(all).toHaveLength(16);
  expect(placements({ ...settings, scaleSet: { name: "s" } }).every(({ zone }) => zone === "1")).toBe(true);
});

it.each([
  ["Standard_D4s_v5", 4, "standardDSv5Family"],
  ["Standard_D16as_v5", 16, "standardDASv5Family"],
  ["Standard_F8s_v2", 8, "standardFSv2Family"],
  ["Standard_E4-2s_v5", 2, "standardESv5Family"],
  ["Standard_B2ms", 2, "standardBMSFamily"],
])("reads %s", (size, vCpus, family) => {
  expect(sizeFacts(size)).toEqual({ vCpus, family });
});

it.each(["", "D4s_v5", "Standard_", "Standard_D_v5", "standard_d4s_v5"])("does not guess at %j", (size) => {
  expect(sizeFacts(size)).toBeNull();
});
