import fc from "fast-check";
import { expect, it } from "vitest";
import type { OwnedResource } from "./owned-resource.ts";
import { planSweep, type SweepFacts } from "./plan-sweep.ts";

const NOW = new Date("2026-01-02T00:00:00Z");
const MINUTE = 60_000;
const RULES = { now: NOW, graceMs: 10 * MINUTE, ttlMs: 24 * 60 * MINUTE };
const resource = (
  machine: string,
  ageMinutes: number | null,
  kind: OwnedResource["kind"] = "machine",
): OwnedResource => ({
  id: `${kind}/${machine}`,
  kind,
  machine,
  tags: {},
  createdAt: ageMinutes === null ? null : new Date(NOW.getTime() - ageMinutes * MINUTE),
  expiresAt: null,
});
const reasons = (facts: Pick<SweepFacts, "resources" | "known">): Record<string, string> => {
  const plan = planSweep({ ...RULES, ...facts });
  return Object.fromEntries([...plan.remove, ...plan.keep].map(({ machine, reason }) => [machine, reason]));
};

it("keeps what is live or young, and names why the rest goes", () => {
  const known = [
    { name: "live", live: true },
    { name: "ended", live: false },
    { name: "old", live: true },
    { name: "making", live: true },
  ];
  const resources = [
    resource("live", 60),
    resource("ended", 60),
    resource("old", 24 * 60),
    resource("unknown", 60),
    resource("young", 9),
    resource("orphan", 60, "interface"),
    resource("orphan", 60, "address"),
    resource("making", 60, "address"),
    resource("ageless", null),
  ];
  expect(reasons({ resources, known })).toEqual({
    live: "live",
    ended: "ended",
    old: "expired",
    unknown: "unknown",
    young: "young",
    orphan: "orphan",
    making: "live",
    ageless: "unknown",
  });
});

it("counts an orphan's age from its youngest part", () => {
  const parts = [resource("half", 60, "address"), resource("half", 5, "interface")];
  expect(reasons({ resources: parts, known: [] })).toEqual({ half: "young" });
});

it("does not let an old disk end a young machine", () => {
  const parts = [resource("m", 5), resource("m", 30 * 60, "disk")];
  expect(reasons({ resources: parts, known: [{ name: "m", live: true }] })).toEqual({ m: "live" });
});

it("obeys a machine's own expiry", () => {
  const short = { ...resource("short", 30), expiresAt: new Date(NOW.getTime() - 1) };
  expect(reasons({ resources: [short], known: [{ name: "short", live: true }] })).toEqual({
    short: "expired",
  });
});

it("never removes what is live before its time, nor anything that is younger than the grace period", () => {
  const names = fc.constantFrom("a", "b", "c", "d");
  const kinds = fc.constantFrom(
    "machine" as const,
    "interface" as const,
    "disk" as const,
    "address" as const,
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(names, fc.integer({ min: 0, max: 3000 }), kinds)),
      fc.array(fc.record({ name: names, live: fc.boolean() })),
      (items, known) => {
        const resources = items.map(([name, age, kind]) => resource(name, age, kind));
        const plan = planSweep({ ...RULES, resources, known });
        const planned = [...plan.remove, ...plan.keep].map(({ machine }) => machine);
        expect(planned.toSorted()).toEqual([...new Set(items.map(([name]) => name))].toSorted());
        for (const { machine, reason, ageMs } of plan.remove) {
          if (reason === "expired") expect(ageMs).toBeGreaterThanOrEqual(RULES.ttlMs);
          else {
            expect(known.some(({ name, live }) => name === machine && live)).toBe(false);
            expect(ageMs).toBeGreaterThanOrEqual(RULES.graceMs);
          }
        }
      },
    ),
  );
});
