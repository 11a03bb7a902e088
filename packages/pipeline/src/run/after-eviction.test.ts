import type { RunRow } from "@universe-optimize/state-store";
import { expect, it } from "vitest";
import { wantsRunAfterEviction } from "./after-eviction.ts";

const run = (
  outcome: RunRow["outcome"],
  evicted: boolean,
): Pick<RunRow, "id" | "outcome" | "facts_json"> => ({
  id: "r",
  outcome,
  facts_json: JSON.stringify(evicted ? { evicted } : {}),
});
const lost = run("stopped", true);
const yes = { rerunAfterEviction: true };

it.each([
  ["none yet", [], false],
  ["once", [lost], true],
  ["twice", [lost, lost], true],
  ["three times in a row", [lost, lost, lost], false],
  ["after another end", [lost, lost, run("failed", false), lost], true],
  ["ended otherwise", [lost, run("failed", false)], false],
  ["with results all the same", [run("completed", true)], false],
])("%s", (_, runs, wanted) => {
  expect(wantsRunAfterEviction(yes, runs)).toBe(wanted);
});

it("can be switched off", () => {
  expect(wantsRunAfterEviction({ rerunAfterEviction: false }, [lost])).toBe(false);
});
