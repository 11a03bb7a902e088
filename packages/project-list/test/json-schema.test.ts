import { readFileSync } from "node:fs";
import { projectListJsonSchema } from "@universe-optimize/project-list";
import { expect, it } from "vitest";

it("projects.schema.json says what the code checks; else run test/write-schema.ts", () => {
  const committed: unknown = JSON.parse(
    readFileSync(new URL("../projects.schema.json", import.meta.url), "utf8"),
  );
  expect(committed).toEqual(projectListJsonSchema());
});

it("gives an editor a description of every key", () => {
  const { items } = projectListJsonSchema() as {
    items: { properties: Record<string, { description?: string }> };
  };
  const without = Object.entries(items.properties).filter(([, { description }]) => description === undefined);
  expect(without).toEqual([]);
  expect(Object.keys(items.properties)).toContain("why_selected");
});
