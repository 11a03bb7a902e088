import { expect, it } from "vitest";
import { testCampaign } from "./support/campaign.ts";
import { json, uo } from "./support/uo.ts";

it("stops a run with nothing to show, and tries once more with the stronger model", async () => {
  await using campaign = await testCampaign({ agentSeconds: 0.1 });
  const { folder } = campaign;
  await campaign.configure((config) => {
    const agent = config["agent"] as Record<string, unknown>;
    Object.assign(agent, { model: "small", fallbackModel: "large" });
    Object.assign(config["run"] as object, { noResultHours: 0.001 });
    // The weak model never ends; the strong one does its work.
    agent["command"] =
      `echo "model $UNIVERSE_MODEL"; if [ "$UNIVERSE_MODEL" = small ]; then sleep 600; fi; ${String(agent["command"])}`;
  });
  const start = await uo(folder, "start");
  expect(start.stderr).toContain("neither a summary nor a kept experiment");
  expect(start.stderr).toContain("once more, with large");
  expect(start.exitCode, start.stderr).toBe(0);
  expect(json(await uo(folder, "status", "project-001", "--json"))).toMatchObject({
    run: { number: 2, outcome: "completed" },
  });
});
