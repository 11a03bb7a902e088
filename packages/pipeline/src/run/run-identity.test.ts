import { expect, it } from "vitest";
import { machineNameOf, sessionIdOf } from "./run-identity.ts";

it("names a machine by campaign, project and run, without ambiguity", () => {
  const names = [
    machineNameOf("spring", "project-001", 1),
    machineNameOf("spring", "project-001", 2),
    machineNameOf("spring", "project-00", 11),
    machineNameOf("springp", "roject-001", 1),
    machineNameOf("spring", "project-001", 1, 1),
    machineNameOf("spring", "project-001", 1, 2),
  ];
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9-]{0,62}$/);
  expect(machineNameOf("spring", "project-001", 1)).toBe(names[0]);
});

it("gives a run one UUID for ever", () => {
  expect(sessionIdOf("run-1")).toBe(sessionIdOf("run-1"));
  expect(sessionIdOf("run-1")).not.toBe(sessionIdOf("run-2"));
  expect(sessionIdOf("run-1")).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});
