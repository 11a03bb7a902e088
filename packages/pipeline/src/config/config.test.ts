import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError, configJsonSchema, parseConfig, readConfig } from "./index.ts";

const problemsOf = (text: string): readonly { line: number; field: string; message: string }[] => {
  try {
    parseConfig(text, "universe.config.json");
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe("parseConfig", () => {
  it("needs a campaign's name and gives everything else a default", () => {
    const config = parseConfig('{ "campaign": "spring" }', "universe.config.json");
    expect(config.run).toMatchObject({
      timeLimitHours: 8,
      noResultHours: 5,
      pollMinutes: 10,
      branch: "codeflash/optimize",
    });
    expect(config.machines).toMatchObject({ provider: "local", ttlHours: 24 });
    expect(config.outreach.gate).toEqual({ minVerified: 3, minSpeedup: 1.5 });
  });

  it("names line and field of an unknown key", () => {
    expect(problemsOf('{\n  "campaign": "spring",\n  "run": {\n    "pollMinute": 5\n  }\n}')).toEqual([
      {
        line: 4,
        column: 5,
        field: "run.pollMinute",
        message: "unknown key; remove it or correct its spelling",
      },
    ]);
  });

  it("names line and field of a wrong value", () => {
    const [problem] = problemsOf('{\n  "campaign": "spring",\n  "machines": { "concurrency": "two" }\n}');
    expect(problem).toMatchObject({ line: 3, field: "machines.concurrency" });
  });

  it("says where JSON ends to be JSON", () => {
    expect(problemsOf('{\n  "campaign": \n')).toMatchObject([{ line: 3, field: "" }]);
    expect(problemsOf("")).toHaveLength(1);
  });

  it("takes fractions as durations and refuses nonsense", () => {
    expect(parseConfig('{ "campaign": "a", "run": { "pollMinutes": 0.02 } }', "x").run.pollMinutes).toBe(
      0.02,
    );
    expect(problemsOf('{ "campaign": "a", "run": { "pollMinutes": 0 } }')).toHaveLength(1);
    expect(problemsOf('{ "campaign": "a", "run": { "branch": "a..b" } }')).toHaveLength(1);
    expect(problemsOf('{ "campaign": "-a" }')).toHaveLength(1);
  });

  it("says what two sections must agree on", () => {
    expect(problemsOf('{ "campaign": "a", "machines": { "provider": "azure" } }')).toMatchObject([
      { field: "machines.azure.subscriptionId", message: expect.stringContaining("az account show") },
    ]);
    expect(problemsOf('{ "campaign": "a", "github": { "push": "machine" } }')).toMatchObject([
      { field: "github.app" },
      { field: "github.push", message: expect.stringContaining("provider 'github'") },
    ]);
    expect(problemsOf('{ "campaign": "a", "run": { "branch": "codeflash/verified" } }')).toMatchObject([
      { field: "run.verifiedBranch" },
    ]);
  });

  it("proves on a fresh machine where machines are made, and on the run's own elsewhere", () => {
    const subscriptionId = "00000000-0000-4000-8000-000000000000";
    const azure = { campaign: "a", machines: { provider: "azure", azure: { subscriptionId } } };
    expect(parseConfig(JSON.stringify(azure), "x").proof).toMatchObject({ machine: "fresh" });
    expect(parseConfig('{ "campaign": "a" }', "x").proof).toMatchObject({
      machine: "same",
      profile: "full",
      minutesPerClaim: 15,
    });
    const chosen = parseConfig(JSON.stringify({ ...azure, proof: { machine: "same" } }), "x");
    expect(chosen.proof.machine).toBe("same");
  });

  it("throws nothing but ConfigError, whatever the file holds", () => {
    const check = (text: string): void => {
      try {
        parseConfig(text, "x");
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    };
    fc.assert(fc.property(fc.string(), check));
    fc.assert(fc.property(fc.json(), check));
    check('{ "__proto__": { "campaign": "x" } }');
  });
});

it("says what to do where there is no file", async () => {
  await expect(readConfig("/nowhere/universe.config.json")).rejects.toMatchObject({
    code: "not_found",
    message: expect.stringContaining("uo init") as string,
  });
});

it("publishes the schema that it checks with", async () => {
  const file = new URL("../../universe.config.schema.json", import.meta.url);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});
