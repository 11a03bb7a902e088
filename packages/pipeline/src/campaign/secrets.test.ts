import { expect, test } from "vitest";
import { harvestScanner } from "../steps/harvest.ts";
import type { Services } from "../services.ts";
import { secretNames, secretsOf } from "./secrets.ts";

const value = (part: string): string => `made-up-${part}-value`;

test("the keys of a pool, and what the campaign names, are secret too; other variables are not", () => {
  const secrets = secretsOf(
    { ANTHROPIC_API_KEY_2: value("pool"), OURS: value("own"), PATH: "/usr/bin" },
    { CLAUDE_CODE_OAUTH_TOKEN: value("login"), ANTHROPIC_API_KEY_x: value("none"), GITHUB_TOKEN: "" },
  );
  expect(secretNames(secrets, ["OURS"]).toSorted()).toEqual([
    "ANTHROPIC_API_KEY_2",
    "CLAUDE_CODE_OAUTH_TOKEN",
    "OURS",
  ]);
});

test("a pool's second key is masked in what comes from a machine", () => {
  const secrets = secretsOf({ ANTHROPIC_API_KEY_2: value("second") });
  const services = { secrets, config: { agent: { secrets: [] } } } as unknown as Services;
  const bytes = Buffer.from(`key is ${value("second")}.`);
  expect(harvestScanner(services).mask(bytes, "claude_output.log")).toHaveLength(1);
  expect(bytes.toString()).not.toContain(value("second"));
});
