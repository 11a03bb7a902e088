import { expect, test } from "vitest";
import { Faults } from "./faults.ts";

test("a rule strikes from its nth match on, so often as it says", () => {
  const faults = new Faults();
  faults.add({ method: "PUT", path: "/vms/one$", nth: 2, times: 2, effect: "cut" });
  const hits = Array.from({ length: 5 }, () => faults.strike("PUT", "/VMs/one").length);
  expect(hits).toEqual([0, 1, 1, 0, 0]);
  expect(faults.strike("GET", "/vms/one")).toEqual([]);
  expect(faults.strike("PUT", "/vms/one/disks")).toEqual([]);
});

test("times null strikes for ever, until it is removed", () => {
  const faults = new Faults();
  const id = faults.add({ path: ".", times: null, effect: "error", status: 500 });
  faults.add({ path: ".", effect: "slow", ms: 1 });
  expect(faults.strike("GET", "/")).toHaveLength(2);
  for (let index = 0; index < 10; index++) expect(faults.strike("GET", "/")).toHaveLength(1);
  expect(faults.remove(id)).toBe(11);
  expect(faults.strike("GET", "/")).toEqual([]);
});

test("a path that is no regular expression is refused at once", () => {
  expect(() => new Faults().add({ path: "(", effect: "cut" })).toThrow(SyntaxError);
});
