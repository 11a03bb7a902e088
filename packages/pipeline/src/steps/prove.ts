import type { Step } from "./step.ts";

/** The prover and its statistics are loaded when something is measured, not with every command. */
export const proveStep: Step = {
  name: "prove",
  async execute(context) {
    const { measure } = await import("../proof/measure.ts");
    return await measure(context);
  },
};
