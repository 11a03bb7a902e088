import { publishReleased } from "./publish.ts";
import { createMachine, machineIntent, runningRow } from "./provision.ts";
import type { Step } from "./step.ts";

/** A machine that the agent never touched, for the measurement alone. */
export const provisionProofStep: Step = {
  name: "provision-proof",
  async intent(context) {
    return await machineIntent(context, "proof");
  },
  async execute(context) {
    // What is held back cannot be cloned, and a machine that waits for a person costs money.
    const published = await publishReleased(context);
    const machine = await createMachine(context, "proof");
    return {
      kind: "succeeded",
      facts: { ...published, proofMachine: machine.name },
      changes: { machine: await runningRow(context, machine, context.services.clock.now().toISOString()) },
    };
  },
};
