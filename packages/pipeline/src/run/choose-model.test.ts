import type { Project } from "@universe-optimize/project-list";
import { expect, it } from "vitest";
import { parseConfig } from "../config/read-config.ts";
import { chooseModel, wantsStrongerModel } from "./choose-model.ts";
import type { RunFacts } from "./facts.ts";

const agent = (fallbackModel: string | null) =>
  parseConfig(JSON.stringify({ campaign: "c", agent: { model: "sonnet", fallbackModel } }), "x").agent;
const project = (model: string | null): Project => ({ model }) as Project;
const stopped = (code: string, model: string): RunFacts => ({ model, stop: { code, reason: "" } });

it.each<[string, string | null, string | null, RunFacts | null, string]>([
  ["the campaign's model", null, "opus", null, "sonnet"],
  ["the project's model goes first", "haiku", "opus", null, "haiku"],
  ["after a stuck run the stronger one", null, "opus", stopped("no_result", "sonnet"), "opus"],
  ["after a stuck run without a stronger one", null, null, stopped("no_result", "sonnet"), "sonnet"],
  ["after a run that somebody stopped", null, "opus", stopped("requested", "sonnet"), "sonnet"],
])("chooses %s", (_, own, fallback, previous, expected) => {
  expect(chooseModel(project(own), agent(fallback), previous)).toBe(expected);
});

it("asks for the stronger model once", () => {
  expect(wantsStrongerModel(agent("opus"), stopped("no_result", "sonnet"))).toBe(true);
  expect(wantsStrongerModel(agent("opus"), stopped("no_result", "opus"))).toBe(false);
  expect(wantsStrongerModel(agent("opus"), stopped("time_limit", "sonnet"))).toBe(false);
  expect(wantsStrongerModel(agent(null), stopped("no_result", "sonnet"))).toBe(false);
  expect(wantsStrongerModel(agent("opus"), { model: "sonnet" })).toBe(false);
});
