import { expect, it } from "vitest";
import { schemaOfCampaign } from "./schema-name.ts";

it("gives every campaign a schema of its own that PostgreSQL and pg-boss take", () => {
  expect(schemaOfCampaign("spring")).toBe("uo_spring");
  const names = ["spring-2", "spring_2", "spring 2", "Spring", "x".repeat(40), "x".repeat(41), "Ä", "ä"];
  const schemas = names.map(schemaOfCampaign);
  expect(new Set(schemas).size).toBe(names.length);
  for (const schema of schemas) {
    expect(schema).toMatch(/^uo_[a-z0-9_]+$/u);
    expect(`${schema}_jobs`.length).toBeLessThanOrEqual(50);
  }
});
