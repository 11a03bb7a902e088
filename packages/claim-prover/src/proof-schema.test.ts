import { readFile } from "node:fs/promises";

import { expect, test } from "vitest";
import * as z from "zod";

import { proofSchema } from "./parse-proof.ts";

test("proof.schema.json is what the reader checks", async () => {
  const file = new URL("../proof.schema.json", import.meta.url);
  const schema = z.toJSONSchema(proofSchema, { io: "input" });
  const expected = {
    $id: "https://universe-optimize.example.com/proof.schema.json",
    title: "proof.json",
    ...schema,
  };
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(expected)));
});
